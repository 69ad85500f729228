--TEST--
A worker that has served max_request messages is replaced
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['max_request' => 3]);
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, (string) $server->worker_pid));
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $pids = [$client->ask('1'), $client->ask('2'), $client->ask('3')];
    echo count(array_unique($pids)), ' ', $client->text(), "\n";
    $client->close();
    var_dump((new Client($port))->ask('4') !== $pids[0]);
});
--EXPECTF--
1 closed 1012 %s
bool(true)
