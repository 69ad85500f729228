--TEST--
A message that is pushed in parts, as frames without FIN, comes as one
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        var_dump($server->push($frame->fd, 'one, ', WEBSOCKET_OPCODE_TEXT, 0));
        var_dump($server->push($frame->fd, 'two, ', WEBSOCKET_OPCODE_CONTINUATION, 0));
        var_dump($server->push($frame->fd, 'three', WEBSOCKET_OPCODE_CONTINUATION, SWOOLE_WEBSOCKET_FLAG_FIN));
        var_dump($server->push($frame->fd, 'lonely', WEBSOCKET_OPCODE_CONTINUATION, 0));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->send('go');
    $text = '';
    do {
        $frame = $client->receive();
        $text .= $frame->data;
    } while (!$frame->fin);
    echo $text, "\n";
});
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(false)
one, two, three
