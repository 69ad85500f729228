--TEST--
open sees path, query, headers, cookies and where the client comes from
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('open', function ($server, $request) {
        $server->push($request->fd, json_encode([
            $request->get, $request->cookie, $request->header['x-some-thing'], $request->server['request_uri'],
            $request->server['query_string'], $request->server['request_method'], $request->server['remote_addr'],
            $request->server['server_port'] === $server->port, $request->server['remote_port'] > 0,
            abs(time() - $request->server['request_time']) < 10, $request->getMethod(), $request->isCompleted(),
            $request->getContent(), str_starts_with($request->getData(), "GET /chat?room=blue&x[]=1&x[]=2%203 HTTP/1.1\r\n"),
        ], JSON_UNESCAPED_SLASHES));
    });
    $server->on('message', fn() => null);
    return $server;
}, function (int $port) {
    $client = new Client($port, '/chat?room=blue&x[]=1&x[]=2%203', ['X-Some-Thing' => 'some where', 'Cookie' => 'a=1; b=two%20words; c=']);
    echo $client->text(), "\n";
});
--EXPECTF--
[{"room":"blue","x":["1","2 3"]},{"a":"1","b":"two words","c":""},"some where","/chat","room=blue&x[]=1&x[]=2%203","GET","127.0.0.1",true,true,true,"GET",true,"",true]
