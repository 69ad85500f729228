--TEST--
A message in several frames comes as one, with finish set
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        $server->push($frame->fd, json_encode([$frame->data, $frame->opcode, $frame->finish, $frame->flags]));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->send('Hel', 1, false);
    $client->send('lo, ', 0, false);
    echo $client->ask('world', 0), "\n";
});
--EXPECT--
["Hello, world",1,true,1]
