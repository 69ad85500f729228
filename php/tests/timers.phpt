--TEST--
tick, after, their arguments, exists, info, list, clear; a timer that clears itself
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', function ($server, $frame) {
        $fd = $frame->fd;
        $rounds = 0;
        $tick = Swoole\Timer::tick(5, function (int $id, string $what) use ($server, $fd, &$rounds) {
            $server->push($fd, "$what " . ++$rounds);
            if ($rounds === 2) {
                $server->push($fd, json_encode([Swoole\Timer::clear($id), Swoole\Timer::exists($id), swoole_timer_clear($id)]));
                $server->after(5, fn(...$all) => $server->push($fd, 'after ' . json_encode($all)), 'a', 2);
            }
        }, 'tick');
        var_dump(Swoole\Timer::exists($tick), swoole_timer_info($tick)['interval'], iterator_to_array(Swoole\Timer::list()) === [$tick]);
        var_dump(@$server->tick(0, fn() => null));
        $never = $server->tick(1, fn() => print "never\n");
        var_dump($server->clearTimer($never));
    });
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $client->send('go');
    for ($i = 0; $i < 4; ++$i) echo $client->text(), "\n";
});
--EXPECT--
bool(true)
int(5)
bool(true)
bool(false)
bool(true)
tick 1
tick 2
[true,false,false]
after ["a",2]
