--TEST--
A worker that is killed is replaced: its connections are gone for the others, and numbers are not given twice
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['worker_num' => 2, 'log_file' => '/dev/null']);
    $server->on('workerError', fn($server, $id, $pid, $status, $signal) => print "worker error: signal $signal\n");
    $server->on('open', fn($server, $request) => $server->push($request->fd, "$request->fd {$server->getWorkerId()}"));
    $server->on('message', fn($server, $frame) => match ($frame->data) {
        'list' => $server->push($frame->fd, json_encode($server->getClientList())),
        'kill' => posix_kill(getmypid(), SIGKILL),
    });
    return $server;
}, function (int $port) {
    $by_worker = [];
    while (count($by_worker) < 2) {
        $client = new Client($port);
        [$fd, $worker] = explode(' ', $client->text());
        $by_worker[$worker] ??= [(int) $fd, $client];
        if ($by_worker[$worker][1] !== $client) $client->close();
    }
    [[$dead, $victim], [$alive, $client]] = [$by_worker[0], $by_worker[1]];
    $victim->send('kill');
    try {
        echo $victim->text(), "\n";
    } catch (Exception) { // it is cut off
    }
    while (json_decode($client->ask('list')) !== [$alive]);
    do {
        $next = new Client($port);
        [$fd, $worker] = explode(' ', $next->text());
    } while ($worker !== '0');
    var_dump($fd > $dead);
});
--EXPECT--
worker error: signal 9
bool(true)
