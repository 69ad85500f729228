--TEST--
SIGTERM: clients get 1001, workerStop and shutdown are told, start returns true and the script goes on
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

echo serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('start', fn($server) => print "start\n");
    $server->on('workerStart', fn($server, $id) => print "workerStart $id\n");
    $server->on('workerStop', fn($server, $id) => print "workerStop $id\n");
    $server->on('beforeShutdown', fn($server) => print "beforeShutdown\n");
    $server->on('shutdown', fn($server) => print "shutdown\n");
    $server->on('close', fn($server, $fd) => print "close $fd\n");
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, $frame->data));
    return $server;
}, function (int $port, int $pid) {
    $client = new Client($port);
    echo $client->ask('hello'), "\n";
    posix_kill($pid, SIGTERM);
    echo $client->text(), "\n";
    $client->close();
}, 0), "\n";
--EXPECTF--
start
workerStart 0
hello
beforeShutdown
closed 1001 %s
close 1
workerStop 0
shutdown
0
