--TEST--
examples/php/push_from_web.php: a web request reaches the browsers, and nobody else does
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/example.inc';

function post(int $port): int
{
    $socket = stream_socket_client("tcp://127.0.0.1:$port", $code, $why, PATIENCE);
    stream_set_timeout($socket, PATIENCE);
    fwrite($socket, "POST /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 6\r\n\r\nforged");
    return (int) substr(fgets($socket), 9, 3);
}

$socket = sys_get_temp_dir() . '/pushwire-web-' . getmypid() . '.sock';
$web = function (string ...$arguments) {
    $process = proc_open([PHP_BINARY, '-n', EXAMPLES . '/push_from_web_request.php', ...$arguments], [1 => ['pipe', 'w']], $pipes);
    echo stream_get_contents($pipes[1]);
    echo '  status ', proc_close($process), "\n";
};

run_example(EXAMPLES . '/push_from_web.php', ['0', $socket], function (int $port, $output) use ($socket, $web) {
    echo fgets($output);
    $orders = [new Client($port, '/orders'), new Client($port, '/orders')];
    $stock = new Client($port, '/stock');

    $web('orders', 'a new order', $socket);
    foreach ($orders as $each) echo $each->text(), "\n";
    $web('nobody', 'listens to this', $socket);
    $web('stock', 'all gone', $socket);
    echo $stock->text(), "\n";
    $web('stock', "\xff", $socket);

    echo 'through the port: ', post($port), ' ', (new Client($port, '/orders', [], false))->status, "\n";
    echo 'GET: ', (new Client("unix://$socket", '/orders', [], false))->status, "\n";
    printf("permissions: %o\n", fileperms($socket) & 0777);
    $web('orders', 'the last', $socket);
    echo $orders[0]->text(), "\n";
});
$web('orders', 'nobody is there', $socket);
--EXPECTF--
browsers: ws://localhost:%d/orders, the web site: %spushwire-web-%d.sock
sent
  status 0
a new order
a new order
sent
  status 0
sent
  status 0
all gone
not sent: is push_from_web.php running, and the message UTF-8?
  status 1
through the port: 404 404
GET: 405
permissions: 660
sent
  status 0
the last
%a
not sent: is push_from_web.php running, and the message UTF-8?
  status 1
