--TEST--
Unsupported methods: each exists, and throws an exception that says what to use instead
--SKIPIF--
<?php if (!is_file(__DIR__ . '/../pushwire.stub.php')) die('skip needs the stub'); ?>
--FILE--
<?php
// Those that the stub marks, so that none is forgotten here.
$class = null;
$marked = false;
$count = 0;
foreach (file(__DIR__ . '/../pushwire.stub.php') as $line) {
    if (preg_match('/^ *(?:final )?class (\w+)/', $line, $found)) $class = $found[1];
    if (str_contains($line, '/** @implementation-alias pushwire_unsupported */')) $marked = true;
    if (!$marked || !preg_match('/function (\w+)\(/', $line, $found)) continue;
    $marked = false;
    $count++;
    $method = new ReflectionMethod("Pushwire\\$class", $found[1]);
    $object = $method->isStatic() ? null : (new ReflectionClass("Pushwire\\$class"))->newInstanceWithoutConstructor();
    try {
        $method->invoke($object);
        echo "$class::$found[1]() did not throw\n";
    } catch (Swoole\Exception $thrown) {
        $begin = "Pushwire\\$class::$found[1]() is not supported by Pushwire: ";
        $instead = substr($thrown->getMessage(), strlen($begin));
        if (!str_starts_with($thrown->getMessage(), $begin) || strlen($instead) < 20 ||
            str_contains($instead, 'no counterpart')) {
            echo $thrown->getMessage(), "\n";
        }
    }
}
echo $count > 25 ? "all\n" : "$count only\n";
?>
--EXPECT--
all
