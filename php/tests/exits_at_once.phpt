--TEST--
A worker that exits as soon as it starts is not made again and again without a pause
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$file = tempnam(sys_get_temp_dir(), 'pushwire');
serve(function () use ($file) {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('workerStart', function () use ($file) {
        file_put_contents($file, hrtime(true) . "\n", FILE_APPEND);
        exit;
    });
    $server->on('message', fn() => null);
    return $server;
}, function () use ($file) {
    while (count(file($file)) < 2);
});
[$first, $second] = file($file, FILE_IGNORE_NEW_LINES);
echo $second - $first > 900_000_000 ? "a pause\n" : "no pause\n";
unlink($file);
--EXPECT--
a pause
