--TEST--
A task that dies is counted as done, once, who waits for it is told, and the task worker is replaced
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $client = null;
    $server->set(['task_worker_num' => 1, 'log_file' => '/dev/null']);
    $server->on('workerError', function ($server, $worker, $pid, $status) {
        echo "worker $worker: status $status\n";
        $server->sendMessage('replaced', 0);
    });
    $server->on('message', function ($server, $frame) use (&$client) {
        $client = $frame->fd;
        if ($frame->data === 'wait') {
            $began = hrtime(true);
            $result = [$server->taskwait('die', 60), $server->taskwait('nothing', 60), hrtime(true) - $began < 30e9];
            $server->push($client, json_encode($result));
        } else {
            $server->task($frame->data);
        }
    });
    $server->on('pipeMessage', function ($server) use (&$client) {
        if (!$client) return;
        $stats = $server->stats();
        $server->push($client, json_encode([$stats['tasking_num'], $stats['task_queue_num'], $stats['task_idle_worker_num']]));
    });
    $server->on('task', fn($server, $task, $from, $data) => match ($data) {
        'die' => trigger_error('dies', E_USER_ERROR),
        'nothing' => null,
        default => "did $data",
    });
    $server->on('finish', function ($server, $task, $result) use (&$client) {
        $server->push($client, $result);
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('die'), "\n", $client->ask('something else'), "\n";
    $client->send('wait');
    $got = [$client->text(), $client->text()];
    sort($got);
    echo implode("\n", $got), "\n";
});
--EXPECTF--
Fatal error: dies in %s on line %d
worker 1: status 255
[0,0,1]
did something else

Fatal error: dies in %s on line %d
worker 1: status 255
[0,0,1]
[false,false,true]
