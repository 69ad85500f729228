--TEST--
Table: what is refused, and how
--FILE--
<?php
use Pushwire\Table;

function attempt(callable $try): void {
    try {
        var_dump($try());
    } catch (Throwable $thrown) {
        echo $thrown::class, ': ', $thrown->getMessage(), "\n";
    }
}

$table = new Table(2, 0);
foreach ([fn() => $table->get('a'), fn() => $table->set('a', []), fn() => $table->del('a'), fn() => $table->incr('a', 'id'),
          fn() => $table->exists('a'), fn() => $table->count(), fn() => $table['a'], fn() => $table->rewind(),
          fn() => $table->destroy(), fn() => $table->create()] as $early) {
    attempt($early);
}
echo "-- columns\n";
attempt(fn() => $table->column('', Table::TYPE_INT));
attempt(fn() => $table->column('id', 4));
attempt(fn() => $table->column('id', Table::TYPE_STRING));
attempt(fn() => $table->column('id', Table::TYPE_INT));
attempt(fn() => $table->column('id', Table::TYPE_STRING, 8));
attempt(fn() => $table->column('name', Table::TYPE_STRING, 4));
attempt(fn() => $table->column('behind', Table::TYPE_INT));
attempt(fn() => $table->create());
attempt(fn() => $table->create());
attempt(fn() => $table->column('late', Table::TYPE_INT));
echo "-- keys\n";
attempt(fn() => $table->set('', ['id' => 1]));
attempt(fn() => $table->set(str_repeat('a', 64), ['id' => 1]));
attempt(fn() => $table->get(str_repeat('a', 64)));
attempt(fn() => $table[] = ['id' => 1]);
attempt(fn() => $table->set(str_repeat('a', 63), ['id' => 1]));
attempt(fn() => $table->del(str_repeat('a', 63)));
echo "-- values\n";
attempt(fn() => $table->set('cut', ['name' => 'far too long']));
attempt(fn() => $table->get('cut'));
attempt(fn() => $table->incr('none', 'missing'));
attempt(fn() => $table->incr('none', 'name'));
attempt(fn() => $table->decr('none', 'missing'));
attempt(fn() => $table['x'] = 5);
attempt(fn() => count($table));
echo "-- full\n";
attempt(fn() => $table->set('second', ['id' => 2]));
attempt(fn() => $table->set('third', ['id' => 3]));
attempt(fn() => $table->incr('third', 'id'));
attempt(fn() => count($table));
attempt(fn() => $table->set('second', ['id' => 4]));
attempt(fn() => $table->del('cut'));
attempt(fn() => $table->set('third', ['id' => 3]));
echo "-- more than there is\n";
$huge = new Table(1 << 30);
$huge->column('text', Table::TYPE_STRING, 1 << 30);
attempt(fn() => $huge->create());
attempt(fn() => $huge->get('a'));
?>
--EXPECTF--
Pushwire\Exception: Pushwire\Table::get(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::set(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::del(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::incr(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::exists(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::count(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::offsetGet(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::rewind(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::destroy(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::create(): a table needs columns: call column() first
-- columns
ValueError: Pushwire\Table::column(): Argument #1 ($name) must not be empty
ValueError: Pushwire\Table::column(): Argument #2 ($type) must be TYPE_INT, TYPE_FLOAT or TYPE_STRING
ValueError: Pushwire\Table::column(): Argument #3 ($size) must be the most bytes that the string has, between 1 and 1073741824
bool(true)

Warning: Pushwire\Table::column(): there is a column 'id' already in %s on line %d
bool(false)
bool(true)
bool(true)
bool(true)

Warning: Pushwire\Table::create(): the table is created already in %s on line %d
bool(false)

Warning: Pushwire\Table::column(): the table is created: it takes no more columns in %s on line %d
bool(false)
-- keys

Warning: Pushwire\Table::set(): a key must not be empty in %s on line %d
bool(false)

Warning: Pushwire\Table::set(): a key is at most 63 bytes long, not 64 in %s on line %d
bool(false)

Warning: Pushwire\Table::get(): a key is at most 63 bytes long, not 64 in %s on line %d
bool(false)
Pushwire\Exception: a row of a table needs a key: $table['key'] = [...]
bool(true)
bool(true)
-- values

Warning: Pushwire\Table::set(): column 'name' holds 4 bytes: 12 were given, and cut in %s on line %d
bool(true)
array(3) {
  ["id"]=>
  int(0)
  ["name"]=>
  string(4) "far "
  ["behind"]=>
  int(0)
}

Warning: Pushwire\Table::incr(): there is no column 'missing' in %s on line %d
bool(false)

Warning: Pushwire\Table::incr(): column 'name' is a string, which cannot be counted in %s on line %d
bool(false)

Warning: Pushwire\Table::decr(): there is no column 'missing' in %s on line %d
bool(false)
TypeError: Pushwire\Table::offsetSet(): Argument #2 ($value) must be of type array, int given
int(1)
-- full
bool(true)

Warning: Pushwire\Table::set(): the table is full: it has 2 rows in %s on line %d
bool(false)

Warning: Pushwire\Table::incr(): the table is full: it has 2 rows in %s on line %d
bool(false)
int(2)
bool(true)
bool(true)
bool(true)
-- more than there is

Warning: Pushwire\Table::create(): no shared memory for 1073741824 rows of %d bytes: Cannot allocate memory in %s on line %d
bool(false)
Pushwire\Exception: Pushwire\Table::get(): the table was not created, or is destroyed: call create() first
