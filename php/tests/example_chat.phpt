--TEST--
examples/php/chat.php: rooms, names, who comes and goes, and the page
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/client.inc';
require __DIR__ . '/example.inc';

run_example(EXAMPLES . '/chat.php', ['0'], function (int $port) {
    $ann = new Client($port, '/room/lobby');
    echo $ann->ask('Ann'), "\n";
    $elsewhere = new Client($port, '/room/elsewhere');
    echo $elsewhere->ask('Eve'), "\n";
    $bob = new Client($port, '/room/lobby');
    echo $bob->ask('Bob'), "\n", $ann->text(), "\n";
    echo $bob->ask('hello'), "\n", $ann->text(), "\n";
    $bob->close();
    echo $ann->text(), "\n";
    echo $elsewhere->ask('alone'), "\n";

    echo "--- who is not let in\n";
    foreach (['', 'a: b', "Ann\n", str_repeat('x', 33)] as $name) echo (new Client($port, '/room/lobby'))->ask($name), "\n";
    echo (new Client($port, '/nowhere'))->text(), "\n";
    $binary = new Client($port, '/room/lobby');
    echo $binary->ask("\xff", WEBSOCKET_OPCODE_BINARY), "\n";
    $nobody = new Client($port, '/room/lobby');
    $nobody->close();

    echo "--- the page\n";
    $page = fn(string $path) => new Client($port, $path, [], false);
    echo $page('/')->status, ' ', $page('/')->header('Location')[0], "\n";
    echo $page('/room/lobby')->status, ' ', $page('/room/lobby')->header('Content-Type')[0], "\n";
    var_dump($page('/room/lobby')->body() === file_get_contents(EXAMPLES . '/chat.html'));
    echo $page('/else')->status, "\n";

    echo "--- and on it goes\n";
    echo $ann->ask('still here'), "\n";
});
--EXPECTF--
* Ann came in
* Eve came in
* Bob came in
* Bob came in
Bob: hello
Bob: hello
* Bob left
Eve: alone
--- who is not let in
closed 4001 a name has 1 to 32 characters, no space and no colon
closed 4001 a name has 1 to 32 characters, no space and no colon
closed 4001 a name has 1 to 32 characters, no space and no colon
closed 4001 a name has 1 to 32 characters, no space and no colon
closed 4000 a room's name has 1 to 32 letters, digits or dashes
closed 1003 this chat takes text only
--- the page
302 /room/lobby
200 text/html; charset=utf-8
bool(true)
404
--- and on it goes
Ann: still here
open http://localhost:%d/
