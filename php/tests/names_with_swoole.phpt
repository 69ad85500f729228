--TEST--
Names: while Swoole is loaded, in whichever order, its names are its own
--SKIPIF--
<?php
if (getenv('PUSHWIRE_PHP_EXTENSION') === false || getenv('PUSHWIRE_FAKE_SWOOLE') === false) {
    die('skip needs PUSHWIRE_PHP_EXTENSION and PUSHWIRE_FAKE_SWOOLE, as ctest sets them');
}
?>
--FILE--
<?php
$ours = getenv('PUSHWIRE_PHP_EXTENSION');
$swoole = getenv('PUSHWIRE_FAKE_SWOOLE');
$script = <<<'PHP'
echo implode(' ', array_intersect(get_loaded_extensions(), ['swoole', 'pushwire'])), "\n";
echo (new ReflectionClass('Swoole\Timer'))->getName(), ' ', swoole_timer_stats(), ' ', SWOOLE_BASE, "\n";
foreach (['Swoole\WebSocket\Server', 'swoole_websocket_server', 'Swoole\Atomic'] as $name) var_dump(class_exists($name));
var_dump(defined('WEBSOCKET_OPCODE_TEXT'), function_exists('swoole_timer_tick'));
var_dump(Pushwire\OPCODE_TEXT, (new Pushwire\Atomic(3))->get());
echo (new ReflectionParameter(['Pushwire\Server', 'push'], 2))->getDefaultValue(), "\n";
PHP;
foreach ([[$ours, $swoole], [$swoole, $ours]] as [$first, $second]) {
    passthru(PHP_BINARY . ' -n -d extension=' . escapeshellarg($first) . ' -d extension=' . escapeshellarg($second) .
             ' -r ' . escapeshellarg($script) . ' 2>&1');
}
passthru(PHP_BINARY . ' -n -d extension=' . escapeshellarg($ours) . ' -d extension=' . escapeshellarg($swoole) .
         ' --ri pushwire | grep Names');
?>
--EXPECT--
swoole pushwire
Swoole\Timer of the other 77
bool(false)
bool(false)
bool(false)
bool(false)
bool(false)
int(1)
int(3)
1
swoole pushwire
Swoole\Timer of the other 77
bool(false)
bool(false)
bool(false)
bool(false)
bool(false)
int(1)
int(3)
1
Names of Swoole => left to Swoole, which is loaded
