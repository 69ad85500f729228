--TEST--
A handler beyond PHP's time limit ends the worker with 1011 for its clients
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['log_file' => '/dev/null']);
    $server->on('message', function ($server, $frame) {
        if ($frame->data === 'spin') {
            set_time_limit(1);
            while (true);
        }
        $server->push($frame->fd, $frame->data);
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    echo $client->ask('spin'), "\n";
    $client->close();
    echo (new Client($port))->ask('served again'), "\n";
});
--EXPECTF--
Fatal error: Maximum execution time of 1 second exceeded in %stime_limit.php on line %d
closed 1011 the server's program has failed
served again
