--TEST--
A timer pings; pongs do not come to the handler of message unless it wants them
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('open', function ($server, $request) {
        $rounds = 0;
        $server->tick(10, function (int $timer) use ($server, $request, &$rounds) {
            if (++$rounds > 3) {
                $server->clearTimer($timer);
                $server->disconnect($request->fd, 4000, 'enough');
            } else {
                $server->ping($request->fd, (string) $rounds);
            }
        });
    });
    $server->on('message', fn($server, $frame) => print "never: $frame->opcode\n");
    return $server;
}, function (int $port) {
    $client = new Client($port);
    do {
        $frame = $client->receive();
        echo $frame->opcode, ' ', $frame->opcode === 8 ? $frame->reason() : $frame->data, "\n";
        if ($frame->opcode === 9) $client->send($frame->data, 10);
    } while ($frame->opcode !== 8);
});
--EXPECT--
9 1
9 2
9 3
8 enough
