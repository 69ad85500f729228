--TEST--
heartbeat_idle_time: who answers no ping is closed, and who does stays
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['heartbeat_idle_time' => 0.4]);
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, $frame->data));
    return $server;
}, function (int $port) {
    $silent = new Client($port);
    $alive = new Client($port);
    for ($i = 0; $i < 4; ++$i) {
        $ping = $alive->receive();
        echo $ping->opcode, "\n";
        $alive->send($ping->data, 10);
    }
    $frames = [];
    do {
        $frames[] = ($frame = $silent->receive())->opcode;
    } while ($frame->opcode !== 8);
    echo json_encode($frames), " {$frame->code()}\n";
});
--EXPECTF--
9
9
9
9
[9,8] %d
