--TEST--
Names of events in any case; getCallback gives them back
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = new Swoole\WebSocket\Server('127.0.0.1', 0);
$server->on('beforehandshakeRESPONSE', $before = fn() => 1);
$server->on('HandShake', 'strlen');
var_dump($server->getCallback('BeforeHandshakeResponse') === $before, $server->getCallback('handshake'), $server->getCallback('open'));
--EXPECT--
bool(true)
string(6) "strlen"
NULL
