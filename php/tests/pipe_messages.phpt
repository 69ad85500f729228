--TEST--
sendMessage reaches every worker and task worker, with any value
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['worker_num' => 2, 'task_worker_num' => 1]);
    $server->on('message', function ($server, $frame) {
        foreach ([0, 1, 2] as $to) {
            if ($to !== $server->getWorkerId()) $server->sendMessage(['fd' => $frame->fd, 'object' => new ArrayObject([1, $to])], $to);
        }
    });
    $server->on('pipeMessage', function ($server, $from, $message) {
        $server->push($message['fd'], "$from to {$server->getWorkerId()}: " . json_encode($message['object']));
    });
    $server->on('task', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->send('go');
    $got = [$client->text(), $client->text()];
    sort($got);
    echo preg_replace('/^0 to 1: {"0":1,"1":1}$|^1 to 0: {"0":1,"1":0}$/', 'from one worker to the other', $got[0]), "\n";
    echo preg_replace('/^[01] to 2: {"0":1,"1":2}$/', 'from a worker to the task worker', $got[1]), "\n";
});
--EXPECT--
from one worker to the other
from a worker to the task worker
