--TEST--
A plain request without a handler of request gets 400, and its end is told to disconnect; a WebSocket's to close
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('open', fn($server, $request) => print "open $request->fd\n");
    $server->on('message', fn() => null);
    $server->on('disconnect', fn($server, $fd) => print "disconnect\n");
    $server->on('close', fn($server, $fd) => print "close $fd\n");
    return $server;
}, function (int $port) {
    $plain = new Client($port, '/', [], false);
    echo $plain->status, "\n";
    (new Client($port))->close();
});
--EXPECT--
disconnect
400
open 1
close 1
