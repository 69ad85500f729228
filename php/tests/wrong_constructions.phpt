--TEST--
Construction: what cannot be made says so
--FILE--
<?php
class MyHttpServer extends Swoole\Http\Server {}
class MyAtomic extends Pushwire\Atomic {
    public function __construct() {}
}

function attempt(callable $make): void {
    try {
        $make();
        echo "made\n";
    } catch (Throwable $thrown) {
        echo $thrown::class, ': ', $thrown->getMessage(), "\n";
    }
}

attempt(fn() => new Pushwire\TcpServer('127.0.0.1', 0));
attempt(fn() => new Pushwire\HttpServer('127.0.0.1', 0));
attempt(fn() => new swoole_server('127.0.0.1', 0));
attempt(fn() => new swoole_http_server('127.0.0.1', 0));
attempt(fn() => new MyHttpServer('127.0.0.1', 0));

attempt(fn() => new Pushwire\Table);
attempt(fn() => new Pushwire\Table(0));
attempt(fn() => new Pushwire\Table(-5));
attempt(fn() => new Pushwire\Table(PHP_INT_MAX));
attempt(fn() => new Pushwire\Table(8, NAN));
attempt(fn() => new Pushwire\Table(8, -1));
attempt(fn() => (new Pushwire\Table(8))->__construct(8));
attempt(fn() => clone new Pushwire\Table(8));
attempt(fn() => serialize(new Pushwire\Table(8)));

attempt(fn() => new Pushwire\Atomic('many'));
attempt(fn() => (new MyAtomic)->get());
attempt(fn() => (new Pushwire\Atomic(1))->__construct(2));
attempt(fn() => clone new Pushwire\Atomic(1));
attempt(fn() => serialize(new Pushwire\Atomic\Long(1)));
?>
--EXPECT--
Error: Pushwire\TcpServer cannot be made: only the WebSocket server is here, Pushwire\Server
Error: Pushwire\HttpServer cannot be made: only the WebSocket server is here, Pushwire\Server
Error: Pushwire\TcpServer cannot be made: only the WebSocket server is here, Pushwire\Server
Error: Pushwire\HttpServer cannot be made: only the WebSocket server is here, Pushwire\Server
Error: MyHttpServer cannot be made: only the WebSocket server is here, Pushwire\Server
ArgumentCountError: Pushwire\Table::__construct() expects at least 1 argument, 0 given
ValueError: Pushwire\Table::__construct(): Argument #1 ($table_size) must be between 1 and 1073741824
ValueError: Pushwire\Table::__construct(): Argument #1 ($table_size) must be between 1 and 1073741824
ValueError: Pushwire\Table::__construct(): Argument #1 ($table_size) must be between 1 and 1073741824
ValueError: Pushwire\Table::__construct(): Argument #2 ($conflict_proportion) must be between 0 and 1
ValueError: Pushwire\Table::__construct(): Argument #2 ($conflict_proportion) must be between 0 and 1
Pushwire\Exception: Pushwire\Table::__construct() was called twice
Error: Trying to clone an uncloneable object of class Pushwire\Table
Exception: Serialization of 'Pushwire\Table' is not allowed
TypeError: Pushwire\Atomic::__construct(): Argument #1 ($value) must be of type int, string given
Pushwire\Exception: MyAtomic::__construct() was not called
Pushwire\Exception: Pushwire\Atomic::__construct() was called twice
Error: Trying to clone an uncloneable object of class Pushwire\Atomic
Exception: Serialization of 'Pushwire\Atomic\Long' is not allowed
