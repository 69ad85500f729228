--TEST--
An empty message comes as an empty text
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        var_dump($frame->data, $frame->opcode, $frame->finish);
        $server->push($frame->fd, '');
    });
    return $server;
}, function (int $port) {
    var_dump((new Client($port))->ask(''));
});
--EXPECT--
string(0) ""
int(1)
bool(true)
string(0) ""
