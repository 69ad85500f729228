<?php
// What php_soak_test.py loads: two workers and a task worker. A message goes back as it came or, on /topic/NAME, to all that are
// there; now and then what came is given to the task worker, too, which has to say how long it was: else a worker ends, which the test
// sees.

$server = new Swoole\WebSocket\Server('127.0.0.1', 0);
$server->set(['worker_num' => 2, 'task_worker_num' => 1, 'package_max_length' => 16 << 20, 'socket_buffer_size' => 64 << 20,
    'websocket_compression' => true, 'log_level' => SWOOLE_LOG_WARNING]);
$topics = [];  // of this worker's connections
$messages = 0;

$server->on('start', function ($server) {
    echo "ws://127.0.0.1:$server->port\n";
});
$server->on('open', function ($server, $request) use (&$topics) {
    $path = $request->server['request_uri'];
    if (!str_starts_with($path, '/topic/')) return;
    $topics[$request->fd] = $path;
    $server->subscribe($request->fd, $path);
});
$server->on('message', function ($server, $frame) use (&$topics, &$messages) {
    if (isset($topics[$frame->fd])) {
        $server->publish($topics[$frame->fd], $frame->data, $frame->opcode);
    } else {
        $server->push($frame->fd, $frame->data, $frame->opcode);
    }
    if (++$messages % 1000 === 0) {
        $length = strlen($frame->data);
        $server->task($frame->data, -1, function ($server, $task, $result) use ($length) {
            if ($result === $length) return;
            fwrite(STDERR, "a task of $length bytes says $result\n");
            exit(1);
        });
    }
});
$server->on('task', fn($server, $task, $worker, $data) => strlen($data));
$server->on('finish', fn() => null);
$server->on('close', function ($server, $fd) use (&$topics) {
    unset($topics[$fd]);
});
$server->start();
