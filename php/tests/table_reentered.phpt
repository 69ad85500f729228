--TEST--
Table: code that runs while an argument is read may change, destroy and rebuild the very table
--FILE--
<?php
use Pushwire\Table;

class Meddling {
    public function __construct(private Closure $meddle) {}
    public function __toString(): string {
        ($this->meddle)();
        return 'meddled';
    }
}
function made(): Table {
    $table = new Table(8);
    $table->column('id', Table::TYPE_INT);
    $table->column('name', Table::TYPE_STRING, 16);
    $table->create();
    $table->set('row', ['id' => 1, 'name' => 'original']);
    return $table;
}
function attempt(callable $try): void {
    try {
        var_dump($try());
    } catch (Throwable $thrown) {
        echo $thrown::class, ': ', $thrown->getMessage(), "\n";
    }
}

$table = made();
attempt(fn() => $table->set('row', ['name' => new Meddling(fn() => $table->set('row', ['id' => 2]))]));
var_dump($table->get('row') === ['id' => 2, 'name' => 'meddled']);

$table = made();
attempt(fn() => $table->set('row', ['name' => new Meddling(fn() => $table->destroy())]));
attempt(fn() => $table->get('row'));

$table = made();
attempt(fn() => $table->set('row', ['name' => new Meddling(function () use ($table) {
    $table->destroy();
    for ($i = 0; $i < 100; $i++) @$table->column("c$i", Table::TYPE_INT);
    $table->create();
})]));
var_dump($table->get('row') === ['id' => 0, 'name' => 'meddled']);

$table = made();
attempt(fn() => $table->set('row', ['id' => 7, 'name' => new Meddling(fn() => throw new RuntimeException('thrown'))]));
var_dump($table->get('row', 'id'));

foreach (['get', 'exists', 'del'] as $method) {
    $table = made();
    attempt(fn() => $table->$method(new Meddling(fn() => $table->destroy())));
}
$table = made();
attempt(fn() => $table[new Meddling(fn() => $table->destroy())]);

echo "-- an error handler\n";
$table = made();
set_error_handler(function () use (&$table) {
    $table->destroy();
    return true;
});
attempt(fn() => $table->set('row', ['name' => str_repeat('x', 17)]));
$table = made();
attempt(fn() => $table->get(''));
$table = made();
attempt(fn() => $table->incr('row', 'name'));
set_error_handler(fn() => throw new ErrorException('warned'));
$table = made();
attempt(fn() => $table->set('row', ['name' => str_repeat('x', 17)]));
var_dump($table->get('row', 'name'));
?>
--EXPECT--
bool(true)
bool(true)
Pushwire\Exception: Pushwire\Table::set(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::get(): the table was not created, or is destroyed: call create() first
bool(true)
bool(true)
RuntimeException: thrown
int(1)
Pushwire\Exception: Pushwire\Table::get(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::exists(): the table was not created, or is destroyed: call create() first
Pushwire\Exception: Pushwire\Table::del(): the table was not created, or is destroyed: call create() first
NULL
-- an error handler
Pushwire\Exception: Pushwire\Table::set(): the table was not created, or is destroyed: call create() first
bool(false)
bool(false)
ErrorException: warned
string(8) "original"
