--TEST--
reload replaces the workers one after the other: clients get 1012, and whoever comes meanwhile waits for the next one
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['worker_num' => 2]);
    $server->on('open', fn($server, $request) => $server->push($request->fd, (string) $server->worker_pid));
    $server->on('message', fn($server, $frame) => var_dump($server->reload()));
    return $server;
}, function (int $port) {
    $client = new Client($port);
    $old = [];
    $clients = [];
    while (count($old) < 2) {
        $clients[] = $each = new Client($port);
        $old[$each->text()] = true;
    }
    $client->text();
    $client->send('reload');
    foreach ([$client, ...$clients] as $each) {
        $said = $each->text();
        if (!str_starts_with($said, 'closed 1012')) echo "$said\n";
        $each->close();
    }
    $new = [];
    while (count($new) < 2) {
        $pid = (new Client($port))->text();
        if (!isset($old[$pid])) $new[$pid] = true;
    }
    echo "all new\n";
});
--EXPECT--
bool(true)
all new
