--TEST--
Plain requests: what they came with, and what is answered
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->on('message', fn() => null);
    $server->on('request', function ($request, $response) {
        switch ($request->server['path_info']) {
            case '/':
                $response->header('Content-Type', 'application/json');
                $response->header('X-Many', ['one', 'two']);
                $response->write('{"get":');
                $response->end(json_encode($request->get) . '}');
                var_dump($response->isWritable(), @$response->end());
                break;
            case '/moved':
                $response->redirect('/elsewhere', 301);
                break;
            case '/file':
                $response->sendfile(__FILE__, 0, 5);
                break;
            case '/throws':
                throw new Exception('oh no');
            default:
                $response->status(404);
        }
    });
    return $server;
}, function (int $port) {
    foreach (['/?a=b', '/moved', '/file', '/missing', '/throws'] as $path) {
        $client = new Client($port, $path, [], false);
        echo $client->status, ' ', implode(' ', [...$client->header('Content-Type'), ...$client->header('X-Many'), ...$client->header('Location')]),
            '|', $client->body(), "\n";
    }
});
--EXPECTF--
bool(false)
bool(false)
200 application/json one two|{"get":{"a":"b"}}
301 /elsewhere|
200 |<?php
404 |

Warning: Uncaught Exception: oh no in %s:%d
Stack trace:
#0 [internal function]: {closure}(Object(Pushwire\Request), Object(Pushwire\Response))
#1 %s(%d): Pushwire\TcpServer->start()
%A
500 |The server's program has failed.
