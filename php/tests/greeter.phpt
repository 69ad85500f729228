--TEST--
Two answers to each message keep their order
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        $server->push($frame->fd, "hello $frame->data");
        $server->push($frame->fd, "how are you, $frame->data?");
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    foreach (['Ann', 'Bob'] as $name) {
        echo $client->ask($name), "\n", $client->text(), "\n";
    }
});
--EXPECT--
hello Ann
how are you, Ann?
hello Bob
how are you, Bob?
