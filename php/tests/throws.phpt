--TEST--
An exception that leaves a handler is reported with its trace, and closes that connection with 1011; others go on
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        if ($frame->data === 'throw') throw new LogicException('this went wrong');
        $server->push($frame->fd, $frame->data);
    });
    return $server;
}, function (int $port) {
    $other = new Client($port);
    $client = new Client($port);
    echo $client->ask('throw'), "\n";
    echo $other->ask('still here'), "\n";
});
--EXPECTF--
Warning: Uncaught LogicException: this went wrong in %sthrows.php:%d
Stack trace:
#0 [internal function]: {closure}(Object(Pushwire\Server), Object(Pushwire\Frame))
#1 %sclient.inc(%d): Pushwire\TcpServer->start()
#2 %sthrows.php(%d): serve(Object(Closure), Object(Closure))
#3 {main}
  thrown in %sthrows.php on line %d
closed 1011 %s
still here
