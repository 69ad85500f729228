--TEST--
A handler beyond PHP's memory limit ends the worker with 1011 for its clients
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['log_file' => '/dev/null']);
    $server->on('message', function ($server, $frame) {
        $kept = [];
        while ($frame->data === 'eat') $kept[] = str_repeat('x', 1 << 20);
        $server->push($frame->fd, $frame->data);
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('eat'), "\n";
    $client->close();
    echo (new Client($port))->ask('served again'), "\n";
});
--EXPECTF--
Fatal error: Allowed memory size of %d bytes exhausted (tried to allocate %d bytes) in %smemory_limit.php on line %d
closed 1011 the server's program has failed
served again
