<?php
$server = new swoole_websocket_server("0.0.0.0", 9502);
$server->on('open', function (swoole_websocket_server $server, $request) { echo "client {$request->fd} connected\n"; });
$server->on('message', function (swoole_websocket_server $server, $frame) {
    $message = "server received message: {$frame->data}\n";
    $server->push($frame->fd, $message);
});
$server->on('close', function (swoole_websocket_server $server, $fd) { echo "client {$fd} closed\n"; });
$server->start();
