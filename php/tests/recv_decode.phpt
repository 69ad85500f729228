--TEST--
Text and binary messages come with their opcode
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        $server->push($frame->fd, $frame->opcode . ' ' . strlen($frame->data) . ' ' . md5($frame->data));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    foreach ([0, 1, 126, 65536, 131072] as $size) {
        $data = str_repeat('x', $size);
        foreach ([1, 2] as $opcode) {
            echo $client->ask($data, $opcode) === "$opcode $size " . md5($data) ? 'as sent' : 'something else', "\n";
        }
    }
});
--EXPECT--
as sent
as sent
as sent
as sent
as sent
as sent
as sent
as sent
as sent
as sent
