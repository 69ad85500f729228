--TEST--
examples/php/token.php: only who has a token of ours, in time, is let in
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/example.inc';

function token(string $user, int $until, string $secret = 'for the test'): string
{
    $said = rawurlencode($user) . ",$until";
    return rawurlencode("$said," . hash_hmac('sha256', $said, $secret));
}

putenv('TOKEN_SECRET=for the test');
run_example(EXAMPLES . '/token.php', ['0'], function (int $port) {
    $ann = new Client($port, '/?token=' . token('Ann', time() + 60));
    $bob = new Client($port, '/?token=' . token('Bob, the second', time() + 60));
    foreach ([$ann, $bob] as $each) {
        echo $each->status, ' ', $each->text(), "\n";
        echo $each->ask('it works'), "\n";
    }
    $ann->close();

    $refused = [
        'none' => '/',
        'empty' => '/?token=',
        'several' => '/?token[]=a&token[]=b',
        'nonsense' => '/?token=nonsense',
        'too late' => '/?token=' . token('Ann', time() - 1),
        'of another secret' => '/?token=' . token('Ann', time() + 60, 'another'),
        'for another user' => '/?token=' . str_replace('Ann', 'Eve', token('Ann', time() + 60)),
    ];
    foreach ($refused as $what => $path) {
        $client = new Client($port, $path);
        echo $what, ': ', $client->status, ' ', $client->body();
    }
});
--EXPECTF--
101 hello Ann
Ann said: it works
101 hello Bob, the second
Bob, the second said: it works
none: 401 This token is not valid, or not any more.
empty: 401 This token is not valid, or not any more.
several: 401 This token is not valid, or not any more.
nonsense: 401 This token is not valid, or not any more.
too late: 401 This token is not valid, or not any more.
of another secret: 401 This token is not valid, or not any more.
for another user: 401 This token is not valid, or not any more.
new WebSocket("ws://localhost:%d/?token=Ann%2C%d%2C%x").onmessage = (event) => console.log(event.data)
