--TEST--
Close frames do not come to the handler of message unless it wants them
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['open_websocket_close_frame' => false]);
    $server->on('message', function ($server, $frame) {
        echo "message: $frame->data\n";
        $server->disconnect($frame->fd, 4000, 'over');
    });
    $server->on('close', fn($server, $fd, $reactor) => print "close by the " . ($reactor < 0 ? 'server' : 'client') . "\n");
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('hello'), "\n";
    $client->close(4000);
});
--EXPECT--
message: hello
closed 4000 over
close by the server
