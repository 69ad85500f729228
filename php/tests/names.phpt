--TEST--
Names: both generations of Swoole's, for classes, functions and constants
--FILE--
<?php
$classes = [
    'Pushwire\TcpServer' => ['Swoole\Server', 'swoole_server'],
    'Pushwire\HttpServer' => ['Swoole\Http\Server', 'swoole_http_server'],
    'Pushwire\Server' => ['Swoole\WebSocket\Server', 'swoole_websocket_server'],
    'Pushwire\Frame' => ['Swoole\WebSocket\Frame', 'swoole_websocket_frame'],
    'Pushwire\CloseFrame' => ['Swoole\WebSocket\CloseFrame', 'swoole_websocket_closeframe'],
    'Pushwire\Request' => ['Swoole\Http\Request', 'swoole_http_request'],
    'Pushwire\Response' => ['Swoole\Http\Response', 'swoole_http_response'],
    'Pushwire\ConnectionIterator' => ['Swoole\Connection\Iterator', 'swoole_connection_iterator'],
    'Pushwire\Timer' => ['Swoole\Timer', 'swoole_timer'],
    'Pushwire\Table' => ['Swoole\Table', 'swoole_table'],
    'Pushwire\Atomic' => ['Swoole\Atomic', 'swoole_atomic'],
    'Pushwire\Atomic\Long' => ['Swoole\Atomic\Long', 'swoole_atomic_long'],
    'Pushwire\Exception' => ['Swoole\Exception'],
];
foreach ($classes as $ours => $names) {
    foreach ($names as $name) {
        if (!class_exists($name)) {
            echo "no $name\n";
        } elseif ((new ReflectionClass($name))->getName() !== $ours) {
            echo "$name is not $ours\n";
        }
    }
}
foreach (['tick', 'after', 'exists', 'info', 'stats', 'list', 'clear', 'clear_all'] as $function) {
    if (!function_exists("swoole_timer_$function")) echo "no swoole_timer_$function\n";
}

// A script that names the old class in its types takes our objects.
function of_the_tutorial(swoole_websocket_frame $frame): string { return $frame::class; }
echo of_the_tutorial(new Swoole\WebSocket\Frame), "\n";
echo (new ReflectionClass('swoole_websocket_server'))->getParentClass()->getParentClass()->getName(), "\n";

// Every constant of ours is there under Swoole's name, or names.
$renamed = ['CLOSE_SERVICE_RESTART' => 'CLOSE_CLOSE_SERVICE_RESTART'];
$count = 0;
foreach (get_defined_constants(true)['pushwire'] as $name => $value) {
    if (!str_starts_with($name, 'Pushwire\\')) continue;
    $name = substr($name, strlen('Pushwire\\'));
    $name = $renamed[$name] ?? $name;
    $swoole = match (true) {
        (bool)preg_match('/^(OPCODE|CLOSE)_/', $name) => ["WEBSOCKET_$name", "SWOOLE_WEBSOCKET_$name"],
        (bool)preg_match('/^STATUS_/', $name) => ["WEBSOCKET_$name", "SWOOLE_WEBSOCKET_$name"],
        (bool)preg_match('/^FLAG_/', $name) => ["SWOOLE_WEBSOCKET_$name"],
        default => ["SWOOLE_$name"],
    };
    foreach ($swoole as $constant) {
        $count++;
        if (!defined($constant)) {
            echo "no $constant\n";
        } elseif (constant($constant) !== $value) {
            echo "$constant is ", constant($constant), ", not $value\n";
        }
    }
}
var_dump($count);
var_dump(WEBSOCKET_STATUS_FRAME, WEBSOCKET_STATUS_HANDSHAKE_FAILED, SWOOLE_TCP6, SWOOLE_SSL, Pushwire\CLOSE_TLS);
?>
--EXPECT--
Pushwire\Frame
Pushwire\TcpServer
int(66)
int(3)
int(5)
int(3)
int(512)
int(1015)
