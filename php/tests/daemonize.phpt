--TEST--
daemonize: the one who started it returns when the server serves, and what goes wrong before is still seen
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$base = sys_get_temp_dir() . '/pushwire-' . getmypid();
$start = function (string $host) use ($base): int {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $server = new Pushwire\Server($host, 0);
        $server->set(['daemonize' => true, 'pid_file' => "$base.pid", 'log_file' => "$base.log"]);
        $server->on('start', fn($server) => file_put_contents("$base.port", $server->port));
        $server->on('message', function ($server, $frame) {
            echo "into the log\n";
            $server->push($frame->fd, json_encode([posix_getsid(0) === $server->master_pid, $frame->data]));
        });
        $server->start();
        exit(0);
    }
    pcntl_waitpid($pid, $status);
    return pcntl_wexitstatus($status);
};
echo $start('127.0.0.1'), "\n";
while (!is_file("$base.port") || !($port = (int) file_get_contents("$base.port")));
echo (new Client($port))->ask('hello'), "\n";
posix_kill((int) file_get_contents("$base.pid"), SIGTERM);
while (file_exists("$base.pid")) clearstatcache();
echo file_get_contents("$base.log");
echo $start('no.such.host.invalid') !== 0 ? "did not start\n" : "started\n";
array_map(unlink(...), ["$base.port", "$base.log"]);
--EXPECTF--
0
[true,"hello"]
into the log

%sUncaught Pushwire\Exception: %sno.such.host.invalid%A
did not start
