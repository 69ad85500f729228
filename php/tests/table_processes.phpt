--TEST--
Table: processes that change rows at once lose no update
--EXTENSIONS--
pcntl
--FILE--
<?php
use Pushwire\Table;

const PROCESSES = 4;
const ROUNDS = 10000;
// So long that its copying fills much of a process's time, and other processes come in between.
const LONG = 200000;

$table = new Table(256);
$table->column('n', Table::TYPE_INT);
$table->column('real', Table::TYPE_FLOAT);
$table->column('text', Table::TYPE_STRING, LONG + 10);
$table->create();

$started = new Pushwire\Atomic;
$children = [];
for ($p = 0; $p < PROCESSES; $p++) {
    $pid = pcntl_fork();
    if ($pid === 0) {
        $started->add();
        while ($started->get() < PROCESSES) usleep(100);
        for ($i = 0; $i < ROUNDS; $i++) {
            $table->incr('all', 'n');
            $table->incr('row ' . $i % 7, 'n', 3);
            $table->decr('all', 'real', 0.5);
            if ($i % 20 === 0) {
                // What is written together is read together.
                $table->set('whole', ['n' => $i + $p, 'text' => ($i + $p) . str_repeat(chr(97 + $p), LONG)]);
                $row = $table->get('whole');
                if ((int)$row['text'] !== $row['n'] || !preg_match('/^\d+(a+|b+|c+|d+)$/D', $row['text'])) exit(3);
            }
            $table->set("of $p " . $i % 20, ['n' => $i]);
            $table->del("of $p " . ($i + 10) % 20);
            $table->del('shared');
            $table->set('shared', []);
        }
        exit(0);
    }
    $children[] = $pid;
}
foreach ($children as $pid) {
    pcntl_waitpid($pid, $status);
    if ($status !== 0) echo pcntl_wifexited($status) ? "torn\n" : "a child died: $status\n";
}
var_dump($table->get('all', 'n') === PROCESSES * ROUNDS, $table->get('all', 'real') === PROCESSES * ROUNDS * -0.5);
$sum = 0;
for ($i = 0; $i < 7; $i++) $sum += $table->get("row $i", 'n');
var_dump($sum === 3 * PROCESSES * ROUNDS);
// all, whole, shared, 7 rows, and half of each process's 20
var_dump(count($table) === 3 + 7 + PROCESSES * 10, count(iterator_to_array($table)) === count($table));
foreach ($table as $key => $row) $table->del($key);
var_dump(count($table), $table->stats()['available_slice_num'] === $table->stats()['total_slice_num']);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(0)
bool(true)
