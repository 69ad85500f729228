<?php
// A server for measurements, for Pushwire's extension and for Swoole alike:
//
//   php -d extension=… server.php echo       each message goes back as it came
//   php -d extension=… server.php push       … or to every client, by a loop of push
//   php -d extension=… server.php publish    … or to every client, by one publication (Pushwire only)
//
// It listens on a free port of the loopback, and says so in its first line.

$what = $argv[1] ?? 'echo';
$server = new Swoole\WebSocket\Server('127.0.0.1', 0, SWOOLE_BASE);
$server->set(['worker_num' => 1, 'package_max_length' => 16 << 20, 'socket_buffer_size' => 32 << 20, 'log_level' => 4]
    + (extension_loaded('swoole') ? ['enable_coroutine' => false] : []));
$server->on('workerStart', function ($server) {
    echo "listening on ws://127.0.0.1:{$server->port}\n";
});
if ($what === 'publish') {
    $server->on('open', function ($server, $request) {
        $server->subscribe($request->fd, 'all');
    });
}
$server->on('message', match ($what) {
    'echo' => function ($server, $frame) {
        $server->push($frame->fd, $frame->data, $frame->opcode);
    },
    'push' => function ($server, $frame) {
        foreach ($server->connections as $fd) {
            $server->push($fd, $frame->data, $frame->opcode);
        }
    },
    'publish' => function ($server, $frame) {
        $server->publish('all', $frame->data, $frame->opcode);
    },
});
$server->start();
