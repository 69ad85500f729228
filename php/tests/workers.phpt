--TEST--
Several workers: a push, a disconnect, a publication, info and lists reach the connections of the others
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['worker_num' => 3]);
    $server->on('open', function ($server, $request) {
        $server->subscribe($request->fd, 'news');
        $server->push($request->fd, "$request->fd {$server->getWorkerId()}");
    });
    $server->on('message', function ($server, $frame) {
        $command = json_decode($frame->data, true);
        $result = match ($command[0]) {
            'push' => $server->push($command[1], $command[2]),
            'disconnect' => $server->disconnect($command[1], 4000, $command[2]),
            'publish' => $server->publish('news', $command[1]),
            'worker' => $server->getClientInfo($command[1])['worker_id'] ?? false,
            'exists' => $server->exists($command[1]),
            'list' => $server->getClientList(),
            'iterate' => iterator_to_array($server->connections),
            'count' => [count($server->connections), $server->stats()['connection_num']],
        };
        $server->push($frame->fd, json_encode($result));
    });
    return $server;
}, function (int $port) {
    $clients = $worker = [];
    while (count(array_unique($worker)) < 3 || count($clients) < 6) {
        $client = new Client($port);
        [$fd, $id] = array_map(intval(...), explode(' ', $client->text()));
        $clients[$fd] = $client;
        $worker[$fd] = $id;
        if (($fd - 1) % 3 !== $id) echo "worker $id gave number $fd\n";
    }
    $first = array_key_first($clients);
    $from = $clients[$first];
    $foreign = array_key_first(array_filter($worker, fn($id) => $id !== $worker[$first]));
    $ask = fn(...$command) => json_decode($from->ask(json_encode($command)), true);

    var_dump($ask('push', $foreign, 'hello'));
    echo $clients[$foreign]->text(), "\n";
    var_dump($ask('worker', $foreign) === $worker[$foreign], $ask('exists', $foreign));
    $known = array_keys($clients);
    sort($known);
    $list = $ask('list');
    var_dump($list === array_slice($known, 0, 10), $ask('iterate') === $known, $ask('count') === [count($known), count($known)]);

    $from->send('["publish","to all"]');
    foreach ($clients as $fd => $each) {
        if (($got = $each->text()) !== 'to all') echo "$fd got $got\n";
    }
    echo $from->text(), "\n";

    var_dump($ask('disconnect', $foreign, 'from afar'));
    echo $clients[$foreign]->text(), "\n";
    $clients[$foreign]->close();
    while ($ask('exists', $foreign));
    var_dump($ask('push', $foreign, 'nobody'));
});
--EXPECT--
bool(true)
hello
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
true
bool(true)
closed 4000 from afar
bool(false)
