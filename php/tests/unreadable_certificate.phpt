--TEST--
A certificate that cannot be read ends the start with an exception, and the log says what is wrong
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = new Pushwire\Server('127.0.0.1', 0, SWOOLE_BASE, SWOOLE_SOCK_TCP | SWOOLE_SSL);
$server->set(['worker_num' => 2, 'ssl_cert_file' => '/nowhere/cert.pem', 'ssl_key_file' => '/nowhere/key.pem']);
$server->on('message', fn() => null);
try {
    $server->start();
} catch (Pushwire\Exception $wrong) {
    echo $wrong->getMessage(), "\n";
}
--EXPECTF--
%A ERROR: %s/nowhere/cert.pem%A
the server could not start: its log says why
