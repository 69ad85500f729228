--TEST--
Pings and pongs come to the handler of message, if it wants them; pings are answered all the same
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['open_websocket_ping_frame' => true, 'open_websocket_pong_frame' => true]);
    $server->on('message', function ($server, $frame) {
        echo "$frame->opcode \"$frame->data\"\n";
        if ($frame->opcode === WEBSOCKET_OPCODE_PING) {
            $server->push($frame->fd, $frame->data, WEBSOCKET_OPCODE_PONG);
            $server->ping($frame->fd, 'and you?');
        }
        if ($frame->opcode === WEBSOCKET_OPCODE_PONG) $server->push($frame->fd, 'fine');
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->send('are you there?', 9);
    foreach ([10, 9] as $opcode) {
        $frame = $client->receive();
        echo $frame->opcode === $opcode ? "$frame->opcode \"$frame->data\"\n" : "not $opcode but $frame->opcode\n";
    }
    echo $client->ask('and you?', 10), "\n";
});
--EXPECT--
9 "are you there?"
10 "are you there?"
9 "and you?"
10 "and you?"
fine
