--TEST--
start() without a handler of message fails as Swoole's does
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = new swoole_websocket_server('127.0.0.1', 0);
$server->start();
echo "never\n";
--EXPECTF--
Fatal error: %s: require onMessage callback%s
