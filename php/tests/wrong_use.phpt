--TEST--
What is done in the wrong way, or at the wrong time, is said clearly
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

function said(callable $do): void
{
    try {
        echo json_encode($do()), "\n";
    } catch (Throwable $thrown) {
        echo get_class($thrown), ': ', $thrown->getMessage(), "\n";
    }
}
set_error_handler(fn($level, $text) => print "$text\n");

$server = new Pushwire\Server('127.0.0.1', 0);
said(fn() => new Pushwire\Server('127.0.0.1', 0));
said(fn() => $server->on('receive', fn() => null));
said(fn() => $server->on('nonsense', fn() => null));
said(fn() => $server->on('message', 'no_such_function'));
said(fn() => $server->set(['dispatch_mode' => 2, 'nonsense' => 1, 'worker_num' => 'many']));
said(fn() => $server->push(1, 'hello'));
said(fn() => $server->tick(10, fn() => null));
said(fn() => $server->listen('127.0.0.1', 0, SWOOLE_SOCK_UDP));
said(fn() => $server->listen('127.0.0.1', 99999));
said(fn() => $server->send(1, 'hello'));
said(fn() => $server->connections[1] = 2);
said(fn() => count($server->connections));
said(fn() => $server->getClientInfo(1));
--EXPECTF--
Pushwire\Exception: there is one server in a process; listen() gives it more ports
%sthere is no event 'receive': there is no plain TCP here; use 'message'
false
%sthere is no event 'nonsense'
false
TypeError: Pushwire\TcpServer::on(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
%s'dispatch_mode' does nothing here: a connection belongs to one worker from its first byte to its last
%sthere is no setting 'nonsense'
%s'worker_num' must be a number, and not negative
false
%sthe server is not running: call this in a handler
false
%stimers run in workers: start them in a handler, as in 'workerStart'
false
Pushwire\Exception: WebSocket is spoken over TCP and Unix stream sockets: use SWOOLE_SOCK_TCP, SWOOLE_SOCK_TCP6 or SWOOLE_SOCK_UNIX_STREAM
Pushwire\Exception: a port is from 0 (any that is free) to 65535, and not 99999
Pushwire\Exception: %s
Error: connections come and go by themselves: they cannot be set
0
%sthe server is not running: call this in a handler
false
