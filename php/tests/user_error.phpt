--TEST--
A user's fatal error ends the worker with 1011 for its clients, and a new one is made
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

serve(function () {
    $server = new Pushwire\Server('127.0.0.1', 0);
    $server->set(['log_file' => '/dev/null']);
    $failed = false;
    $server->on('close', function () use (&$failed) {
        if ($failed) echo "never: this worker runs no PHP any more\n";
    });
    $server->on('message', function ($server, $frame) use (&$failed) {
        if ($failed = $frame->data === 'fail') trigger_error('no way', E_USER_ERROR);
        $server->push($frame->fd, $frame->data);
        $server->shutdown();
    });
    return $server;
}, function (int $port) {
    $other = new Client($port);
    $client = new Client($port);
    $client->send('fail');
    echo $client->text(), "\n", $other->text(), "\n";
    $client->close();
    $other->cut();
    exit_quietly(new Client($port));
}, 0);
function exit_quietly(Client $client): void
{
    echo $client->ask('served again'), "\n";
    $client->cut();
}
--EXPECTF--
Fatal error: no way in %suser_error.php on line %d
closed 1011 the server's program has failed
closed 1011 the server's program has failed
served again
