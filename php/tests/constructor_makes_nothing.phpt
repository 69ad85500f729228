--TEST--
The constructor, set and on make no thread, no ring and no socket: the script may still fork
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$count = fn() => [count(scandir('/proc/self/task')), count(scandir('/proc/self/fd'))];
$before = $count();
$server = new Pushwire\Server('127.0.0.1', 0);
$server->set(['worker_num' => 2, 'task_worker_num' => 1]);
$server->on('message', fn() => null);
var_dump($count() === $before);
--EXPECT--
bool(true)
