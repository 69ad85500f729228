--TEST--
Messages of 64 bytes to 400 KB come back as they went
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, $frame->data, $frame->opcode));
    return $server;
}, function (int $port) {
    $client = new Client($port);
    foreach ([64, 125, 126, 1024, 65535, 65536, 131072, 409600] as $size) {
        $data = bin2hex(random_bytes(intdiv($size, 2))) . ($size % 2 ? 'x' : '');
        $client->send($data);
        $text = $client->receive();
        $client->send($bytes = random_bytes($size), 2);
        $binary = $client->receive();
        echo $size, ' ', json_encode([$text->opcode, $text->data === $data, $binary->opcode, $binary->data === $bytes]), "\n";
    }
});
--EXPECT--
64 [1,true,2,true]
125 [1,true,2,true]
126 [1,true,2,true]
1024 [1,true,2,true]
65535 [1,true,2,true]
65536 [1,true,2,true]
131072 [1,true,2,true]
409600 [1,true,2,true]
