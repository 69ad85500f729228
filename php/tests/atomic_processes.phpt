--TEST--
Atomic: processes count together, wait for each other, and keep numbers made after the fork to themselves
--EXTENSIONS--
pcntl
posix
--FILE--
<?php
use Pushwire\Atomic;

function in_child(callable $work): int {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $work();
        exit(0);
    }
    return $pid;
}

$sum = new Atomic;
$long = new Atomic\Long;
$gate = new Atomic;
$passed = new Atomic;
$children = [];
for ($p = 0; $p < 4; $p++) {
    $children[] = in_child(function () use ($sum, $long, $gate, $passed) {
        if ($gate->wait(-1)) $passed->add();
        for ($i = 0; $i < 50000; $i++) {
            $sum->add();
            $long->sub(2);
        }
    });
}
// Those who wait are woken four at a time; who came too late is woken by the next.
while ($passed->get() < 4) {
    $gate->wakeup(4);
    usleep(1000);
}
foreach ($children as $pid) pcntl_waitpid($pid, $status);
var_dump($sum->get(), $long->get());

echo "-- made after the fork\n";
$before = new Atomic(1);
$ready = new Atomic;
$go_on = new Atomic;
$pid = in_child(function () use ($before, $ready, $go_on) {
    $own = new Atomic(100);
    $ready->wakeup();
    $go_on->wait(-1);
    if ($own->get() !== 100 || $before->get() !== 2) echo "own: ", $own->get(), ", before: ", $before->get(), "\n";
});
$ready->wait(-1);
$own = new Atomic(200);
$before->add();
$go_on->wakeup();
pcntl_waitpid($pid, $status);
var_dump($own->get());

echo "-- a signal ends a wait\n";
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () { echo "signal\n"; });
$parent = getmypid();
$pid = in_child(function () use ($parent, $before) {
    for (;;) {
        posix_kill($parent, SIGUSR1);
        if ($before->wait(0.2)) return;
    }
});
$never = new Atomic;
ob_start();
var_dump($never->wait(-1));
$before->set(1);
pcntl_waitpid($pid, $status);
$said = ob_get_clean();
var_dump(str_contains($said, 'signal'), str_contains($said, 'bool(false)'));
?>
--EXPECT--
int(200000)
int(-400000)
-- made after the fork
int(200)
-- a signal ends a wait
bool(true)
bool(true)
