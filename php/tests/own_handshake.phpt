--TEST--
A handler of handshake decides, and knows the number of the connection to come; open is then not told
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new swoole_websocket_server('127.0.0.1', 0);
    $server->on('handshake', function (swoole_http_request $request, swoole_http_response $response) use ($server) {
        if (($request->get['token'] ?? '') !== 'secret') {
            $response->status(403);
            $response->end('no token, no service');
            return false;
        }
        $key = $request->header['sec-websocket-key'];
        $response->header('Upgrade', 'websocket');
        $response->header('Connection', 'Upgrade');
        $response->header('Sec-WebSocket-Accept', base64_encode(sha1($key . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11', true)));
        $response->header('Sec-WebSocket-Version', '13');
        $response->header('Sec-WebSocket-Protocol', 'chat');
        $response->cookie('session', '1');
        $response->header('Set-Cookie', 'more=2');
        $response->status(101);
        $response->end();
        $fd = $request->fd;
        $there = var_export($server->exists($fd), true);
        $server->defer(fn() => $server->push($fd, "you are $fd; in the handshake: $there"));
        return true;
    });
    $server->on('open', fn() => print "never\n");
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port, '/?token=wrong');
    echo $client->status, ' ', $client->body(), "\n";
    $client = new Client($port, '/?token=secret', ['Sec-WebSocket-Protocol' => 'other, chat']);
    echo $client->status, "\n";
    echo implode("\n", [...$client->header('Set-Cookie'), ...$client->header('Sec-WebSocket-Protocol'),
        ...$client->header('Sec-WebSocket-Version'), $client->text()]), "\n";
});
--EXPECT--
403 no token, no service
101
session=1; path=/
more=2
chat
you are 2; in the handshake: false
