--TEST--
examples/php/greeting.php: the tutorial's script, as the texts have it
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/example.inc';

$script = file_get_contents(EXAMPLES . '/greeting.php');
foreach (['README.md', 'README.zh-CN.md', 'docs/php.md', 'docs/php.zh-CN.md'] as $text) {
    if (!str_contains(file_get_contents(__DIR__ . "/../../$text"), "```php\n$script```\n")) echo "$text has another script\n";
}

// Its port may be in use: so a copy of it, on any that is free, and with nothing else changed.
$copy = tempnam(sys_get_temp_dir(), 'greeting');
file_put_contents($copy, str_replace('9502', '0', $script, $count));
echo $count, "\n";
run_example($copy, [], function (int $port) {
    $client = new Client($port);
    echo $client->ask('hello');
    echo $client->ask('again');
    $client->close();
    (new Client($port))->ask('me, too');
});
unlink($copy);
--EXPECT--
1
server received message: hello
server received message: again
client 1 connected
client 1 closed
client 2 connected
client 2 closed
