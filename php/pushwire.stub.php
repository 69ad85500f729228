<?php

/**
 * What the extension adds under its own names. `php/generate_stubs` makes pushwire_arginfo.h of this file. The names that
 * Swoole uses for the same classes are in names.cpp, its functions and constants in swoole_names.stub.php.
 * Methods that carry `@implementation-alias pushwire_unsupported` exist, and throw: unsupported.cpp says what to use instead.
 *
 * @generate-class-entries
 */

namespace Pushwire {

    /** @var int */
    const BASE = 1;
    /** @var int */
    const PROCESS = 2;
    /** @var int */
    const THREAD = 3;

    /** @var int */
    const SOCK_TCP = 1;
    /** @var int */
    const SOCK_UDP = 2;
    /** @var int */
    const SOCK_TCP6 = 3;
    /** @var int */
    const SOCK_UDP6 = 4;
    /** @var int */
    const SOCK_UNIX_STREAM = 5;
    /** @var int */
    const SOCK_UNIX_DGRAM = 6;
    /** @var int */
    const SSL = 512;

    /** @var int */
    const STATUS_CONNECTION = 1;
    /** @var int */
    const STATUS_HANDSHAKE = 2;
    /** @var int */
    const STATUS_ACTIVE = 3;
    /** @var int */
    const STATUS_CLOSING = 4;

    /** @var int */
    const OPCODE_CONTINUATION = 0;
    /** @var int */
    const OPCODE_TEXT = 1;
    /** @var int */
    const OPCODE_BINARY = 2;
    /** @var int */
    const OPCODE_CLOSE = 8;
    /** @var int */
    const OPCODE_PING = 9;
    /** @var int */
    const OPCODE_PONG = 10;

    /** @var int */
    const FLAG_FIN = 1;
    /** @var int */
    const FLAG_COMPRESS = 2;
    /** @var int */
    const FLAG_RSV1 = 4;
    /** @var int */
    const FLAG_RSV2 = 8;
    /** @var int */
    const FLAG_RSV3 = 16;
    /** @var int */
    const FLAG_MASK = 32;

    /** @var int */
    const CLOSE_NORMAL = 1000;
    /** @var int */
    const CLOSE_GOING_AWAY = 1001;
    /** @var int */
    const CLOSE_PROTOCOL_ERROR = 1002;
    /** @var int */
    const CLOSE_DATA_ERROR = 1003;
    /** @var int */
    const CLOSE_STATUS_ERROR = 1005;
    /** @var int */
    const CLOSE_ABNORMAL = 1006;
    /** @var int */
    const CLOSE_MESSAGE_ERROR = 1007;
    /** @var int */
    const CLOSE_POLICY_ERROR = 1008;
    /** @var int */
    const CLOSE_MESSAGE_TOO_BIG = 1009;
    /** @var int */
    const CLOSE_EXTENSION_MISSING = 1010;
    /** @var int */
    const CLOSE_SERVER_ERROR = 1011;
    /** @var int */
    const CLOSE_SERVICE_RESTART = 1012;
    /** @var int */
    const CLOSE_TRY_AGAIN_LATER = 1013;
    /** @var int */
    const CLOSE_BAD_GATEWAY = 1014;
    /** @var int */
    const CLOSE_TLS = 1015;

    /** What is wrong with how the extension is used, and what to do instead. */
    class Exception extends \Exception
    {
    }

    /**
     * What the servers have in common. Only Server itself can be made.
     * @not-serializable
     */
    class TcpServer
    {
        /** @var mixed */
        public $setting = null;
        /** @var mixed */
        public $connections = null;
        /** @var mixed */
        public $host = '';
        /** @var mixed */
        public $port = 0;
        /** @var mixed */
        public $type = 0;
        /** @var mixed */
        public $ssl = false;
        /** @var mixed */
        public $mode = 0;
        /** @var mixed */
        public $ports = null;
        /** @var mixed */
        public $master_pid = 0;
        /** @var mixed */
        public $manager_pid = 0;
        /** @var mixed */
        public $worker_id = -1;
        /** @var mixed */
        public $taskworker = false;
        /** @var mixed */
        public $worker_pid = 0;

        public function __construct(
            string $host = '0.0.0.0', int $port = 0, int $mode = \Pushwire\BASE, int $sock_type = \Pushwire\SOCK_TCP
        ) {}

        public function set(array $settings): bool {}

        public function on(string $event_name, callable $callback): bool {}

        public function getCallback(string $event_name): mixed {}

        public function listen(string $host, int $port, int $sock_type = \Pushwire\SOCK_TCP): mixed {}

        /** @alias Pushwire\TcpServer::listen */
        public function addlistener(string $host, int $port, int $sock_type = \Pushwire\SOCK_TCP): mixed {}

        public function start(): bool {}

        public function stop(int $workerId = -1, bool $waitEvent = false): bool {}

        public function reload(bool $only_reload_taskworker = false): bool {}

        public function shutdown(): bool {}

        public function stats(): array {}

        public function exists(int $fd): bool {}

        /** @alias Pushwire\TcpServer::exists */
        public function exist(int $fd): bool {}

        public function close(int $fd, bool $reset = false): bool {}

        public function getClientInfo(int $fd, int $reactor_id = -1, bool $ignoreError = false): array|false {}

        /** @alias Pushwire\TcpServer::getClientInfo */
        public function connection_info(int $fd, int $reactor_id = -1, bool $ignoreError = false): array|false {}

        public function getClientList(int $start_fd = 0, int $find_count = 10): array|false {}

        /** @alias Pushwire\TcpServer::getClientList */
        public function connection_list(int $start_fd = 0, int $find_count = 10): array|false {}

        public function task(mixed $data, int $taskWorkerIndex = -1, ?callable $finishCallback = null): int|false {}

        public function taskwait(mixed $data, float $timeout = 0.5, int $taskWorkerIndex = -1): mixed {}

        public function finish(mixed $data): bool {}

        public function sendMessage(mixed $message, int $dst_worker_id): bool {}

        public function getWorkerId(): int|false {}

        public function getWorkerPid(int $worker_id = -1): int|false {}

        public function getManagerPid(): int {}

        public function getMasterPid(): int {}

        public function getLastError(): int {}

        public function tick(int $ms, callable $callback, mixed ...$params): int|false {}

        public function after(int $ms, callable $callback, mixed ...$params): int|false {}

        public function clearTimer(int $timer_id): bool {}

        public function defer(callable $callback): void {}

        /** @implementation-alias pushwire_unsupported */
        public function addProcess(object $process): int {}

        /** @implementation-alias pushwire_unsupported */
        public function addCommand(string $name, int $accepted_process_types, callable $callback): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function send(int|string $fd, string $send_data, int $serverSocket = -1): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function sendfile(int $conn_fd, string $filename, int $offset = 0, int $length = 0): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function bind(int $fd, int $uid): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function sendto(string $ip, int $port, string $send_data, int $server_socket = -1): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function sendwait(int $conn_fd, string $send_data): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function protect(int $fd, bool $is_protected = true): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function pause(int $fd): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function resume(int $fd): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function confirm(int $fd): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function taskWaitMulti(array $tasks, float $timeout = 0.5): array|false {}

        /** @implementation-alias pushwire_unsupported */
        public function taskCo(array $tasks, float $timeout = 0.5): array|false {}

        /** @implementation-alias pushwire_unsupported */
        public function heartbeat(bool $ifCloseConnection = true): array|false {}

        /** @implementation-alias pushwire_unsupported */
        public function command(
            string $name, int $process_id, int $process_type, mixed $data, bool $json_decode = true
        ): mixed {}

        /** @implementation-alias pushwire_unsupported */
        public function getWorkerStatus(int $worker_id = -1): int|false {}

        /** @implementation-alias pushwire_unsupported */
        public function getSocket(int $port = 0): mixed {}
    }

    /** @not-serializable */
    class HttpServer extends TcpServer
    {
    }

    /** @not-serializable */
    class Server extends HttpServer
    {
        public function push(
            int $fd, \Pushwire\Frame|string $data, int $opcode = \Pushwire\OPCODE_TEXT, int $flags = \Pushwire\FLAG_FIN
        ): bool {}

        public function isEstablished(int $fd): bool {}

        public function disconnect(int $fd, int $code = \Pushwire\CLOSE_NORMAL, string $reason = ''): bool {}

        public function ping(int $fd, string $data = ''): bool {}

        /** Messages published under `$topic` come to this connection from now on. */
        public function subscribe(int $fd, string $topic): bool {}

        public function unsubscribe(int $fd, string $topic): bool {}

        /** Sends to every connection that is subscribed to `$topic`, whichever worker has it. */
        public function publish(
            string $topic, \Pushwire\Frame|string $data, int $opcode = \Pushwire\OPCODE_TEXT
        ): bool {}

        /** @implementation-alias Pushwire\Frame::pack */
        public static function pack(
            \Pushwire\Frame|string $data, int $opcode = \Pushwire\OPCODE_TEXT, int $flags = \Pushwire\FLAG_FIN
        ): string {}

        /** @implementation-alias Pushwire\Frame::unpack */
        public static function unpack(string $data): \Pushwire\Frame|false {}
    }

    class Frame implements \Stringable
    {
        /** @var mixed */
        public $fd = 0;
        /** @var mixed */
        public $data = '';
        /** @var mixed */
        public $opcode = 1;
        /** @var mixed */
        public $flags = 1;
        /** @var mixed */
        public $finish = null;

        /** The frame as it goes over the wire. */
        public function __toString(): string {}

        public static function pack(
            \Pushwire\Frame|string $data, int $opcode = \Pushwire\OPCODE_TEXT, int $flags = \Pushwire\FLAG_FIN
        ): string {}

        /** False if `$data` does not begin with a whole frame. */
        public static function unpack(string $data): \Pushwire\Frame|false {}
    }

    class CloseFrame extends Frame
    {
        /** @var mixed */
        public $opcode = 8;
        /** @var mixed */
        public $code = 1000;
        /** @var mixed */
        public $reason = '';
    }

    /** @not-serializable */
    class Request
    {
        /** @var mixed */
        public $fd = 0;
        /** @var mixed */
        public $header = null;
        /** @var mixed */
        public $server = null;
        /** @var mixed */
        public $cookie = null;
        /** @var mixed */
        public $get = null;
        /** @var mixed */
        public $files = null;
        /** @var mixed */
        public $post = null;

        public function getContent(): string|false {}

        /** @alias Pushwire\Request::getContent */
        public function rawContent(): string|false {}

        public function getData(): string|false {}

        public function getMethod(): string|false {}

        public function isCompleted(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public static function create(array $options = []): mixed {}

        /** @implementation-alias pushwire_unsupported */
        public function parse(string $data): int|false {}
    }

    /** @not-serializable */
    class Response
    {
        /** @var mixed */
        public $fd = 0;

        public function status(int $http_code, string $reason = ''): bool {}

        /** @alias Pushwire\Response::status */
        public function setStatusCode(int $http_code, string $reason = ''): bool {}

        public function header(string $key, array|string $value, bool $format = true): bool {}

        /** @alias Pushwire\Response::header */
        public function setHeader(string $key, array|string $value, bool $format = true): bool {}

        public function cookie(
            string $name, string $value = '', int $expires = 0, string $path = '/', string $domain = '',
            bool $secure = false, bool $httponly = false, string $samesite = '', string $priority = '',
            bool $partitioned = false
        ): bool {}

        /** @alias Pushwire\Response::cookie */
        public function setCookie(
            string $name, string $value = '', int $expires = 0, string $path = '/', string $domain = '',
            bool $secure = false, bool $httponly = false, string $samesite = '', string $priority = '',
            bool $partitioned = false
        ): bool {}

        public function rawcookie(
            string $name, string $value = '', int $expires = 0, string $path = '/', string $domain = '',
            bool $secure = false, bool $httponly = false, string $samesite = '', string $priority = '',
            bool $partitioned = false
        ): bool {}

        /** @alias Pushwire\Response::rawcookie */
        public function setRawCookie(
            string $name, string $value = '', int $expires = 0, string $path = '/', string $domain = '',
            bool $secure = false, bool $httponly = false, string $samesite = '', string $priority = '',
            bool $partitioned = false
        ): bool {}

        public function write(string $content): bool {}

        public function end(?string $content = null): bool {}

        public function redirect(string $location, int $http_code = 302): bool {}

        public function sendfile(string $filename, int $offset = 0, int $length = 0): bool {}

        public function isWritable(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function initHeader(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function detach(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public static function create(mixed $server = -1, int $fd = -1): mixed {}

        /** @implementation-alias pushwire_unsupported */
        public function upgrade(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function push(
            \Pushwire\Frame|string $data, int $opcode = \Pushwire\OPCODE_TEXT, int $flags = \Pushwire\FLAG_FIN
        ): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function recv(float $timeout = 0): mixed {}

        /** @implementation-alias pushwire_unsupported */
        public function close(): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function trailer(string $key, string $value): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function ping(string $data = ''): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function goaway(int $error_code = 0, string $debug_data = ''): bool {}

        /** @implementation-alias pushwire_unsupported */
        public function disconnect(int $code = \Pushwire\CLOSE_NORMAL, string $reason = ''): bool {}
    }

    /** The connections of a server, as their numbers. */
    final class ConnectionIterator implements \Iterator, \Countable, \ArrayAccess
    {
        public function current(): mixed {}

        public function key(): mixed {}

        public function next(): void {}

        public function rewind(): void {}

        public function valid(): bool {}

        public function count(): int {}

        public function offsetExists(mixed $fd): bool {}

        public function offsetGet(mixed $fd): mixed {}

        public function offsetSet(mixed $fd, mixed $value): void {}

        public function offsetUnset(mixed $fd): void {}
    }

    /** Timers of a worker. Times are in milliseconds. */
    class Timer
    {
        public static function tick(int $ms, callable $callback, mixed ...$params): int|false {}

        public static function after(int $ms, callable $callback, mixed ...$params): int|false {}

        public static function exists(int $timer_id): bool {}

        public static function info(int $timer_id): ?array {}

        public static function stats(): array {}

        public static function list(): \ArrayIterator {}

        public static function clear(int $timer_id): bool {}

        public static function clearAll(): bool {}
    }

    /**
     * Rows in memory that processes share: make it before the server starts.
     * @not-serializable
     */
    final class Table implements \Iterator, \Countable, \ArrayAccess
    {
        /** @var int */
        const TYPE_INT = 1;
        /** @var int */
        const TYPE_FLOAT = 2;
        /** @var int */
        const TYPE_STRING = 3;

        /** @var mixed */
        public $size = null;
        /** @var mixed */
        public $memorySize = null;

        public function __construct(int $table_size, float $conflict_proportion = 0.2) {}

        public function column(string $name, int $type, int $size = 0): bool {}

        public function create(): bool {}

        public function destroy(): bool {}

        public function set(string $key, array $value): bool {}

        public function get(string $key, ?string $field = null): mixed {}

        public function del(string $key): bool {}

        /** @alias Pushwire\Table::del */
        public function delete(string $key): bool {}

        public function exists(string $key): bool {}

        /** @alias Pushwire\Table::exists */
        public function exist(string $key): bool {}

        public function incr(string $key, string $column, int|float $incrby = 1): int|float|false {}

        public function decr(string $key, string $column, int|float $incrby = 1): int|float|false {}

        public function count(): int {}

        public function getSize(): int {}

        public function getMemorySize(): int {}

        public function stats(): array|false {}

        public function current(): mixed {}

        public function key(): mixed {}

        public function next(): void {}

        public function rewind(): void {}

        public function valid(): bool {}

        public function offsetExists(mixed $key): bool {}

        public function offsetGet(mixed $key): mixed {}

        public function offsetSet(mixed $key, mixed $value): void {}

        public function offsetUnset(mixed $key): void {}
    }

    /**
     * A number of 32 bits without a sign, in memory that processes share.
     * @not-serializable
     */
    class Atomic
    {
        public function __construct(int $value = 0) {}

        public function add(int $add_value = 1): int {}

        public function sub(int $sub_value = 1): int {}

        public function get(): int {}

        public function set(int $value): void {}

        public function cmpset(int $cmp_value, int $new_value): bool {}

        /**
         * Takes a 1 to 0, at once or when wakeup() comes. False when the time is over, or a signal is to be handled.
         * In seconds; below 0 there is no end.
         */
        public function wait(float $timeout = 1.0): bool {}

        /** Sets a 0 to 1, and wakes `$count` of those who wait. */
        public function wakeup(int $count = 1): bool {}
    }
}

namespace Pushwire\Atomic {

    /**
     * A number of 64 bits with a sign, in memory that processes share.
     * @not-serializable
     */
    class Long
    {
        public function __construct(int $value = 0) {}

        public function add(int $add_value = 1): int {}

        public function sub(int $sub_value = 1): int {}

        public function get(): int {}

        public function set(int $value): void {}

        public function cmpset(int $cmp_value, int $new_value): bool {}
    }
}
