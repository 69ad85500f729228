--TEST--
pid_file is written and removed; a slow handler is logged with its place
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$base = sys_get_temp_dir() . '/pushwire-' . getmypid();
serve(function () use ($base) {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['pid_file' => "$base.pid", 'log_file' => "$base.log"]);
    $server->on('message', function ($server, $frame) {
        usleep(120_000);
        $server->push($frame->fd, $frame->data);
    });
    return $server;
}, function (int $port, int $pid) use ($base) {
    echo (new Client($port))->ask('slow'), "\n";
    var_dump((int) file_get_contents("$base.pid") === $pid);
});
var_dump(file_exists("$base.pid"));
echo preg_replace('/^\[.*?\] /m', '', file_get_contents("$base.log"));
unlink("$base.log");
--EXPECTF--
slow
bool(true)
bool(false)
WARNING: the handler at %spid_file_and_log.php:%d held up its worker for %d ms: give slow work to task()
