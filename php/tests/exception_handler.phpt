--TEST--
The script's own exception handler gets what leaves a handler
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    set_exception_handler(fn(Throwable $thrown) => print "caught: {$thrown->getMessage()}\n");
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('open', fn() => throw new Exception('at open'));
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    echo (new Client($port))->text(), "\n";
});
--EXPECTF--
caught: at open
closed 1011 %s
