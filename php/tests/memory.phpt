--TEST--
A broadcast to all connections, again and again, leaves the worker's memory where it was
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        foreach ($server->connections as $fd) $server->push($fd, $frame->data);
        if ($frame->data === 'usage') $server->push($frame->fd, (string) memory_get_usage());
    });
    return $server;
}, function (int $port) {
    $clients = [];
    for ($i = 0; $i < 10; ++$i) $clients[] = new Client($port);
    $round = function (string $text) use ($clients) {
        $clients[0]->send($text);
        foreach ($clients as $each) if ($each->text() !== $text) echo "something else came\n";
    };
    $usage = function () use ($clients, $round) {
        $round('usage');
        return (int) $clients[0]->text();
    };
    for ($i = 0; $i < 100; ++$i) $round(str_repeat('a', 1000));
    $before = $usage();
    for ($i = 0; $i < 2000; ++$i) $round(str_repeat('b', 1000));
    echo $usage() - $before, " bytes more\n";
});
--EXPECT--
0 bytes more
