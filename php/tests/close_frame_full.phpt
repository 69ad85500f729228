--TEST--
The client's close code and reason come to the handler of message, if it wants close frames, and then to that of close
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['open_websocket_close_frame' => true]);
    $server->on('message', function ($server, $frame) {
        if ($frame instanceof Pushwire\CloseFrame) {
            echo "frame: $frame->opcode $frame->code $frame->reason\n";
        } else {
            $server->push($frame->fd, $frame->data);
        }
    });
    $server->on('close', function ($server, $fd, $reactor) {
        echo "close: $fd ", $reactor < 0 ? 'by the server' : 'by the client', "\n";
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('hello'), "\n";
    echo $client->close(4242, 'goodbye'), "\n";
    $client = new Client($port);
    echo $client->close(1000), "\n";
});
--EXPECT--
hello
frame: 8 4242 goodbye
close: 1 by the client
4242
frame: 8 1000 
close: 2 by the client
1000
