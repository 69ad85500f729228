--TEST--
A CloseFrame that is pushed begins the closing handshake, with its code and reason
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        $close = new Pushwire\CloseFrame;
        $close->code = 4321;
        $close->reason = 'as you like it';
        var_dump($server->push($frame->fd, $close), $server->push($frame->fd, 'too late'));
        echo $server->getLastError(), "\n";
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('go'), "\n";
});
--EXPECT--
bool(true)
bool(false)
1003
closed 4321 as you like it
