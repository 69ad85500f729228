--TEST--
beforeHandshakeResponse adds header fields and cookies to the answer
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('beforeHandshakeResponse', function ($server, $request, $response) {
        $response->header('X-Path', $request->server['request_uri']);
        $response->cookie('first', 'a b', 0, '/x', 'example.org', true, true, 'Lax');
        $response->rawcookie('second', 'c');
    });
    $server->on('open', fn($server, $request) => $server->push($request->fd, 'open'));
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port, '/somewhere');
    echo implode("\n", [...$client->header('X-Path'), ...$client->header('Set-Cookie'), $client->text()]), "\n";
});
--EXPECTF--
/somewhere
first=a%20b; path=/x; domain=example.org; secure; httponly; samesite=Lax
second=c; path=/
open
