--TEST--
Table: iteration, also while rows come and go; ArrayAccess
--FILE--
<?php
$table = new Pushwire\Table(1000);
$table->column('n', Pushwire\Table::TYPE_INT);
$table->create();
foreach ($table as $row) echo "none\n";
var_dump($table->valid(), $table->current(), $table->key());

for ($i = 0; $i < 1000; $i++) $table->set("key $i", ['n' => $i]);
$seen = [];
foreach ($table as $key => $row) {
    if (isset($seen[$key])) echo "$key again\n";
    $seen[$key] = $row['n'];
}
var_dump(count($seen), array_sum($seen), $seen['key 77']);

// A row that stays is met once, whatever becomes of others.
$seen = [];
foreach ($table as $key => $row) {
    $seen[$key] = ($seen[$key] ?? 0) + 1;
    if ($row['n'] < 1000) $table->del('key ' . ($row['n'] ^ 1));
    if ($row['n'] % 100 === 0) $table->set("more $key", ['n' => 5000]);
}
$left = 0;
foreach ($table as $key => $row) {
    $left++;
    if ($row['n'] < 1000 && ($seen[$key] ?? 0) !== 1) echo "$key ", $seen[$key] ?? 0, " times\n";
}
var_dump($left === count($table), $left >= 500);

foreach ($table as $key => $row) $table->del($key);
var_dump(count($table), $table->stats()['available_slice_num'] === $table->stats()['total_slice_num']);

$table['a'] = ['n' => 1];
$table['b'] = ['n' => 2];
var_dump(isset($table['a']), isset($table['c']), $table['b']['n'], $table['c'], $table['c']['n'] ?? 'default');
unset($table['a'], $table['c']);
var_dump(count($table), iterator_to_array($table));

foreach ($table as $row) {
    $table->destroy();
    break;
}
var_dump($table->valid());
?>
--EXPECT--
bool(false)
NULL
NULL
int(1000)
int(499500)
int(77)
bool(true)
bool(true)
int(0)
bool(true)
bool(true)
bool(false)
int(2)
NULL
string(7) "default"
int(1)
array(1) {
  ["b"]=>
  array(1) {
    ["n"]=>
    int(2)
  }
}
bool(false)
