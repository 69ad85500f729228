--TEST--
Tasks: their results come to finish or to their own handler, taskwait waits for one, and a task may push
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['task_worker_num' => 2]);
    $server->on('message', function ($server, $frame) {
        switch ($frame->data) {
            case 'task':
                $server->task(['fd' => $frame->fd, 'what' => 'double', 'value' => 21]);
                break;
            case 'own':
                $server->task(['fd' => $frame->fd, 'what' => 'double', 'value' => 4], -1,
                    fn($server, $task, $result) => $server->push($result['fd'], "own $result[value]"));
                break;
            case 'wait':
                $server->push($frame->fd, 'waited for ' . json_encode($server->taskwait(['what' => 'double', 'value' => 3], 10)));
                break;
            case 'late':
                $server->push($frame->fd, json_encode($server->taskwait(['what' => 'sleep'], 0.05)));
                break;
            case 'push':
                $server->task(['fd' => $frame->fd, 'what' => 'push'], 1);
                break;
            case 'wrong':
                $server->push($frame->fd, json_encode([@$server->task(1, 2), @$server->finish(1)]));
                break;
        }
    });
    $server->on('task', function ($server, $task, $from, $data) {
        switch ($data['what']) {
            case 'double':
                return ['fd' => $data['fd'] ?? 0, 'value' => $data['value'] * 2];
            case 'sleep':
                usleep(300_000);
                return 'too late';
            case 'push':
                $server->push($data['fd'], json_encode([$server->taskworker, $server->getWorkerId(), $from]));
        }
    });
    $server->on('finish', fn($server, $task, $result) => $server->push($result['fd'], "finished $task: $result[value]"));
    return $server;
}, function (int $port) {
    $client = new Client($port);
    foreach (['task', 'own', 'wait', 'late', 'wait', 'push', 'wrong'] as $what) echo $client->ask($what), "\n";
});
--EXPECT--
finished 1: 42
own 8
waited for {"fd":0,"value":6}
false
waited for {"fd":0,"value":6}
[true,2,0]
[false,false]
