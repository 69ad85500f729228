--TEST--
exit in a handler ends the worker: its clients are told, shutdown functions run, and a new worker goes on with new numbers
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('workerStop', fn($server, $id) => print "worker $id stops\n");
    $server->on('message', function ($server, $frame) {
        if ($frame->data !== 'exit') return $server->push($frame->fd, "you are $frame->fd");
        register_shutdown_function(fn() => print "shut down\n");
        exit;
    });
    return $server;
}, function (int $port) {
    $other = new Client($port);
    echo $other->ask('who am I?'), "\n";
    $client = new Client($port);
    echo $client->ask('exit'), "\n", $other->text(), "\n";
    $client->close();
    $other->close();
    echo (new Client($port))->ask('who am I?'), "\n";
});
--EXPECT--
you are 1
closed 1001 the server's program has ended
closed 1001 the server's program has ended
worker 0 stops
shut down
you are 3
worker 0 stops
