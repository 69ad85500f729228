--TEST--
A port that is in use is an exception that says so, and how to mend it
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$taken = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) explode(':', stream_socket_get_name($taken, false))[1];
$server = new Pushwire\Server('127.0.0.1', $port);
$server->on('message', fn() => null);
try {
    $server->start();
} catch (Swoole\Exception $wrong) {
    echo str_replace((string) $port, 'PORT', $wrong->getMessage()), "\n";
}
--EXPECT--
port PORT on 127.0.0.1 is in use: stop the other server, or choose another port
