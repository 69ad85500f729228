--TEST--
Table: processes that are killed while they change rows leave a table that works
--EXTENSIONS--
pcntl
posix
--FILE--
<?php
use Pushwire\Table;

$table = new Table(64);
$table->column('n', Table::TYPE_INT);
$table->column('text', Table::TYPE_STRING, 4000);
$table->create();
$began = new Pushwire\Atomic(0);

pcntl_async_signals(true);
pcntl_signal(SIGALRM, function () {
    echo "stuck\n";
    exit(1);
});
pcntl_alarm(60);

const ROUNDS = 60;
for ($round = 0; $round < ROUNDS; $round++) {
    $began->set(0);
    $pid = pcntl_fork();
    if ($pid === 0) {
        $text = str_repeat('x', 4000);
        for ($i = 0;; $i++) {
            $table->set('row ' . $i % 5, ['n' => $i, 'text' => $text]);
            $table->del('row ' . ($i + 2) % 5);
            if ($i === 3) $began->wakeup();
        }
    }
    $began->wait(-1);
    $until = hrtime(true) + random_int(0, 300000);
    while (hrtime(true) < $until);
    posix_kill($pid, SIGKILL);
    pcntl_waitpid($pid, $status);
    // Every lock can be taken, and what is counted is what is there.
    for ($i = 0; $i < 70; $i++) $table->get("row $i");
    $rows = iterator_to_array($table);
    if (count($rows) !== count($table)) echo count($rows), ' rows, ', count($table), " counted\n";
    foreach ($rows as $key => $row) {
        if (!$table->exists($key)) echo "$key is not to be found\n";
    }
}
foreach ($table as $key => $row) $table->del($key);
var_dump(count($table));
// A process can take the one row with it that it was about to put somewhere.
for ($i = 0; $i < 64 + 13 && @$table->set("again $i", ['n' => $i]); $i++);
var_dump($i === count($table), $i >= 64 + 13 - ROUNDS);
?>
--EXPECT--
int(0)
bool(true)
bool(true)
