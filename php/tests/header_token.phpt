--TEST--
Upgrade and Connection may be lists of tokens
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port, '/', ['Upgrade' => 'abc, websocket, def', 'Connection' => 'keep-alive, Upgrade, x']);
    echo $client->status, "\n";
});
--EXPECT--
101
