--TEST--
Who speaks nothing like WebSocket is told so, and closed
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', fn() => print "never\n");
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->write("\x19\xff" . str_repeat('x', 100));
    echo $client->text(), "\n";
});
--EXPECTF--
closed 1002 %s
