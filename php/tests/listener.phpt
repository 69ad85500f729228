--TEST--
A second port has the same handlers
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$path = sys_get_temp_dir() . '/pushwire-' . getmypid() . '.sock';
serve(function () use ($path) {
    $server = new Pushwire\Server('127.0.0.1', 0);
    var_dump($server->listen($path, 0, SWOOLE_SOCK_UNIX_STREAM) === $server);
    echo count($server->ports), " places\n";
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, strtoupper($frame->data)));
    return $server;
}, function (int $port) use ($path) {
    echo (new Client($port))->ask('over tcp'), "\n";
    echo (new Client("unix://$path"))->ask('over a unix socket'), "\n";
});
var_dump(file_exists($path));
--EXPECT--
bool(true)
2 places
OVER TCP
OVER A UNIX SOCKET
bool(false)
