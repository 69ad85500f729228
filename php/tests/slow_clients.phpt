--TEST--
300 clients that never read cost the stated bound, push says so, and others are served
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['socket_buffer_size' => 64 * 1024, 'log_file' => '/dev/null']);
    $server->on('message', function ($server, $frame) {
        $message = str_repeat('x', 16 * 1024);
        $refused = 0;
        for ($round = 0; $round < 300; ++$round) {
            foreach ($server->connections as $fd) {
                if ($fd !== $frame->fd && !$server->push($fd, $message)) ++$refused;
            }
        }
        $stats = $server->stats();
        $server->push($frame->fd, json_encode([$refused > 0, $server->getLastError(), $stats['push_refused_count'] === $refused]));
        $server->defer(fn() => $server->push($frame->fd, json_encode($server->stats()['backlog_bytes'] <= 300 * 2 * 64 * 1024)));
    });
    return $server;
}, function (int $port) {
    $slow = [];
    for ($i = 0; $i < 300; ++$i) $slow[] = new Client($port);
    $client = new Client($port);
    echo $client->ask('go'), "\n", $client->text(), "\n";
});
--EXPECT--
[true,1009,true]
true
