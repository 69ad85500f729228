--TEST--
Many messages pushed in open come all, in their order
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('open', function ($server, $request) {
        for ($i = 0; $i < 1000; ++$i) {
            if (!$server->push($request->fd, "$i " . str_repeat('x', 500))) echo "not taken\n";
        }
    });
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port);
    for ($i = 0; $i < 1000; ++$i) {
        if ($client->text() !== "$i " . str_repeat('x', 500)) echo "not message $i\n";
    }
    echo "all\n";
});
--EXPECT--
all
