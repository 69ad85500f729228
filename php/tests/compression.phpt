--TEST--
permessage-deflate is agreed on where it is set, also with an own handshake, and messages come compressed
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach ([false, true] as $own) {
    serve(function () use ($own) {
        $server = new Pushwire\Server('127.0.0.1', 0);
        $server->set(['websocket_compression' => true]);
        if ($own) $server->on('handshake', fn($request, $response) => $response->status(101) && $response->end());
        $server->on('message', function ($server, $frame) {
            $server->push($frame->fd, $frame->data, $frame->opcode, SWOOLE_WEBSOCKET_FLAG_FIN | SWOOLE_WEBSOCKET_FLAG_COMPRESS);
        });
        return $server;
    }, function (int $port) {
        $client = new Client($port, '/', ['Sec-WebSocket-Extensions' => 'permessage-deflate; client_max_window_bits']);
        echo str_contains(implode($client->header('Sec-WebSocket-Extensions')), 'permessage-deflate') ? 'agreed' : 'not agreed';
        $text = str_repeat('the same again and again, ', 200);
        $client->send($text);
        $frame = $client->receive();
        echo $frame->reserved === 4 ? ', compressed' : ', not compressed';
        echo inflate_add(inflate_init(ZLIB_ENCODING_RAW), $frame->data . "\x00\x00\xff\xff") === $text ? ', as sent' : '', "\n";
    });
}
--EXPECT--
agreed, compressed, as sent
agreed, compressed, as sent
