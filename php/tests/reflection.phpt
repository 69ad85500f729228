--TEST--
Both generations of Swoole's names are the same classes, and typed handlers take them
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach ([
    'swoole_websocket_server' => 'Pushwire\Server', 'Swoole\WebSocket\Server' => 'Pushwire\Server',
    'swoole_http_server' => 'Pushwire\HttpServer', 'Swoole\Server' => 'Pushwire\TcpServer',
    'swoole_websocket_frame' => 'Pushwire\Frame', 'Swoole\Http\Request' => 'Pushwire\Request',
] as $theirs => $ours) {
    echo $theirs, ' ', (new ReflectionClass($theirs))->getName() === $ours ? 'is' : 'is not', " $ours\n";
}
$server = new Swoole\WebSocket\Server('127.0.0.1', 0);
var_dump($server instanceof Swoole\Server, $server instanceof Swoole\Http\Server, $server instanceof swoole_server);
(function (Swoole\Server $server, swoole_websocket_server $same, int $fd) { echo "typed\n"; })($server, $server, 1);
echo (new ReflectionMethod($server, 'push')), "\n";
--EXPECT--
swoole_websocket_server is Pushwire\Server
Swoole\WebSocket\Server is Pushwire\Server
swoole_http_server is Pushwire\HttpServer
Swoole\Server is Pushwire\TcpServer
swoole_websocket_frame is Pushwire\Frame
Swoole\Http\Request is Pushwire\Request
bool(true)
bool(true)
bool(true)
typed
Method [ <internal:pushwire> public method push ] {

  - Parameters [4] {
    Parameter #0 [ <required> int $fd ]
    Parameter #1 [ <required> Pushwire\Frame|string $data ]
    Parameter #2 [ <optional> int $opcode = Pushwire\OPCODE_TEXT ]
    Parameter #3 [ <optional> int $flags = Pushwire\FLAG_FIN ]
  }
  - Return [ bool ]
}
