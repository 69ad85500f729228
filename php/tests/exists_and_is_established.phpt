--TEST--
exists() and isEstablished() of connections that are there, and that are not
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new swoole_websocket_server('127.0.0.1', 0);
    $server->on('message', function (swoole_websocket_server $server, $frame) {
        $said = [];
        foreach ([$frame->fd, 999, 0, -1] as $fd) {
            $said[] = json_encode([$server->exists($fd), $server->exist($fd), $server->isEstablished($fd)]);
        }
        $server->push($frame->fd, implode(' ', $said));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('who'), "\n";
    $client->close();
});
--EXPECT--
[true,true,true] [false,false,false] [false,false,false] [false,false,false]
