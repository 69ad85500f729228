--TEST--
ping() with and without a payload; a client's ping is answered by itself
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        var_dump($server->ping($frame->fd, $frame->data), @$server->ping($frame->fd, str_repeat('a', 126)), $server->ping(999));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    foreach (['are you there?', ''] as $payload) {
        $client->send($payload);
        $frame = $client->receive();
        echo "$frame->opcode \"$frame->data\"\n";
    }
    $client->send('I am', 9);
    $frame = $client->receive();
    echo "$frame->opcode \"$frame->data\"\n";
});
--EXPECT--
bool(true)
bool(false)
bool(false)
9 "are you there?"
bool(true)
bool(false)
bool(false)
9 ""
10 "I am"
