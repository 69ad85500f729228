--TEST--
Table: set, get, delete, count, increment, conversion of values
--FILE--
<?php
$table = new swoole_table(100);
var_dump($table->getMemorySize(), $table->stats());
var_dump($table->column('id', swoole_table::TYPE_INT));
var_dump($table->column('name', Pushwire\Table::TYPE_STRING, 8));
var_dump($table->column('num', Swoole\Table::TYPE_FLOAT));
var_dump($table->create());
var_dump($table->getSize(), $table->size, $table->getMemorySize() === $table->memorySize, $table->memorySize > 10000);

var_dump($table->set('one', ['id' => 1, 'name' => 'rango', 'num' => 3.25]));
var_dump($table->get('one'));
var_dump($table->get('one', 'name'), $table->get('one', 'nothing'), $table->get('two'), $table->get('two', 'id'));
var_dump($table->exists('one'), $table->exist('two'), $table->count(), count($table));

echo "-- part of a row, and a number as key\n";
$table->set('one', ['num' => 1]);
$table->set(1002, ['id' => '2348', 'other' => 'ignored']);
var_dump($table->get('one') === ['id' => 1, 'name' => 'rango', 'num' => 1.0]);
var_dump($table->get(1002) === ['id' => 2348, 'name' => '', 'num' => 0.0]);
$table->set('one', ['id' => 'abc', 'name' => 1024, 'num' => '3.231']);
var_dump($table->get('one') === ['id' => 0, 'name' => '1024', 'num' => 3.231]);
$table->set('one', ['id' => PHP_INT_MIN, 'name' => "\0bin\xff", 'num' => -INF]);
var_dump($table->get('one') === ['id' => PHP_INT_MIN, 'name' => "\0bin\xff", 'num' => -INF]);
$table->set('one', ['name' => 'short']);
$table->set('one', ['name' => '']);
var_dump($table->get('one', 'name'));

echo "-- incr, decr\n";
$table->set('one', ['id' => 1, 'num' => 1]);
var_dump($table->incr('one', 'id'), $table->incr('one', 'id', 40), $table->decr('one', 'id', 50), $table->decr('one', 'id'));
var_dump($table->incr('one', 'num', 0.5), $table->decr('one', 'num', 2));
var_dump($table->incr('new', 'id', 7), $table->get('new') === ['id' => 7, 'name' => '', 'num' => 0.0]);
$table->set('one', ['id' => PHP_INT_MAX]);
var_dump($table->incr('one', 'id') === PHP_INT_MIN);

echo "-- del\n";
var_dump($table->del('one'), $table->del('one'), $table->delete('new'), $table->get('one'), count($table));
$stats = $table->stats();
var_dump($stats['num'], $stats['insert_count'], $stats['update_count'], $stats['delete_count']);
var_dump($stats['total_slice_num'], $stats['available_slice_num']);

echo "-- after destroy\n";
var_dump($table->destroy(), count($table), $table->stats(), $table->getMemorySize());
try {
    $table->get('one');
} catch (Pushwire\Exception $exception) {
    echo $exception->getMessage(), "\n";
}
var_dump($table->create(), count($table), $table->set('one', ['id' => 3]), $table->get('one', 'id'));
?>
--EXPECT--
int(0)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
int(128)
int(128)
bool(true)
bool(true)
bool(true)
array(3) {
  ["id"]=>
  int(1)
  ["name"]=>
  string(5) "rango"
  ["num"]=>
  float(3.25)
}
string(5) "rango"
bool(false)
bool(false)
bool(false)
bool(true)
bool(false)
int(1)
int(1)
-- part of a row, and a number as key
bool(true)
bool(true)
bool(true)
bool(true)
string(0) ""
-- incr, decr
int(2)
int(42)
int(-8)
int(-9)
float(1.5)
float(-0.5)
int(7)
bool(true)
bool(true)
-- del
bool(true)
bool(false)
bool(true)
bool(false)
int(1)
int(1)
int(3)
int(14)
int(2)
int(154)
int(153)
-- after destroy
bool(true)
int(0)
bool(false)
int(0)
Pushwire\Table::get(): the table was not created, or is destroyed: call create() first
bool(true)
int(0)
bool(true)
int(3)
