--TEST--
A message that PHP has no memory for closes its connection with 1009, and nothing else ends
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    ini_set('memory_limit', '4M');
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['log_file' => '/dev/null']);
    $server->on('message', fn($server, $frame) => $server->push($frame->fd, (string) strlen($frame->data)));
    return $server;
}, function (int $port) {
    $other = new Client($port);
    $client = new Client($port);
    $client->send(str_repeat('x', 8 << 20));
    echo $client->text(), "\n";
    $client->close();
    echo $other->ask('still here'), "\n";
});
--EXPECTF--
closed 1009 %s
10
