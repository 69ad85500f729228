--TEST--
disconnect() with a code and a reason, with a code alone, and with what may not be sent
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        match ($frame->data) {
            'both' => var_dump($server->disconnect($frame->fd, 4000, 'you asked for it')),
            'code' => var_dump($server->disconnect($frame->fd, 4001)),
            'none' => var_dump($server->disconnect($frame->fd)),
            'wrong' => $server->push($frame->fd, json_encode([
                @$server->disconnect($frame->fd, 1005), @$server->disconnect($frame->fd, 1000, str_repeat('a', 124)),
                $server->disconnect(999),
            ])),
        };
    });
    return $server;
}, function (int $port) {
    foreach (['both', 'code', 'none', 'wrong'] as $what) {
        $client = new Client($port);
        echo $client->ask($what), "\n";
    }
});
--EXPECT--
bool(true)
closed 4000 you asked for it
bool(true)
closed 4001 
bool(true)
closed 1000 
[false,false,false]
