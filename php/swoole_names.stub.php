<?php

/**
 * The functions and constants that exist under Swoole's names while Swoole itself is not loaded: names.cpp registers them.
 * `php/generate_stubs` makes swoole_names_arginfo.h of this file. CLOSE stands twice in ..._CLOSE_CLOSE_SERVICE_RESTART
 * because it does so in Swoole.
 *
 * @generate-class-entries
 */

/** @var int */
const SWOOLE_BASE = 1;
/** @var int */
const SWOOLE_PROCESS = 2;
/** @var int */
const SWOOLE_THREAD = 3;
/** @var int */
const SWOOLE_SOCK_TCP = 1;
/** @var int */
const SWOOLE_SOCK_UDP = 2;
/** @var int */
const SWOOLE_SOCK_TCP6 = 3;
/** @var int */
const SWOOLE_SOCK_UDP6 = 4;
/** @var int */
const SWOOLE_SOCK_UNIX_STREAM = 5;
/** @var int */
const SWOOLE_SOCK_UNIX_DGRAM = 6;
/** @var int */
const SWOOLE_TCP = 1;
/** @var int */
const SWOOLE_UDP = 2;
/** @var int */
const SWOOLE_TCP6 = 3;
/** @var int */
const SWOOLE_UDP6 = 4;
/** @var int */
const SWOOLE_UNIX_STREAM = 5;
/** @var int */
const SWOOLE_UNIX_DGRAM = 6;
/** @var int */
const SWOOLE_SSL = 512;

/** @var int */
const SWOOLE_WEBSOCKET_STATUS_CONNECTION = 1;
/** @var int */
const SWOOLE_WEBSOCKET_STATUS_HANDSHAKE = 2;
/** @var int */
const SWOOLE_WEBSOCKET_STATUS_ACTIVE = 3;
/** @var int */
const SWOOLE_WEBSOCKET_STATUS_CLOSING = 4;
/** @var int */
const WEBSOCKET_STATUS_CONNECTION = 1;
/** @var int */
const WEBSOCKET_STATUS_HANDSHAKE = 2;
/** @var int */
const WEBSOCKET_STATUS_FRAME = 3;
/** @var int */
const WEBSOCKET_STATUS_ACTIVE = 3;
/** @var int */
const WEBSOCKET_STATUS_CLOSING = 4;
/** @var int */
const WEBSOCKET_STATUS_HANDSHAKE_FAILED = 5;

/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_CONTINUATION = 0;
/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_TEXT = 1;
/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_BINARY = 2;
/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_CLOSE = 8;
/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_PING = 9;
/** @var int */
const SWOOLE_WEBSOCKET_OPCODE_PONG = 10;
/** @var int */
const WEBSOCKET_OPCODE_CONTINUATION = 0;
/** @var int */
const WEBSOCKET_OPCODE_TEXT = 1;
/** @var int */
const WEBSOCKET_OPCODE_BINARY = 2;
/** @var int */
const WEBSOCKET_OPCODE_CLOSE = 8;
/** @var int */
const WEBSOCKET_OPCODE_PING = 9;
/** @var int */
const WEBSOCKET_OPCODE_PONG = 10;

/** @var int */
const SWOOLE_WEBSOCKET_FLAG_FIN = 1;
/** @var int */
const SWOOLE_WEBSOCKET_FLAG_COMPRESS = 2;
/** @var int */
const SWOOLE_WEBSOCKET_FLAG_RSV1 = 4;
/** @var int */
const SWOOLE_WEBSOCKET_FLAG_RSV2 = 8;
/** @var int */
const SWOOLE_WEBSOCKET_FLAG_RSV3 = 16;
/** @var int */
const SWOOLE_WEBSOCKET_FLAG_MASK = 32;

/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_NORMAL = 1000;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_GOING_AWAY = 1001;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_PROTOCOL_ERROR = 1002;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_DATA_ERROR = 1003;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_STATUS_ERROR = 1005;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_ABNORMAL = 1006;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_MESSAGE_ERROR = 1007;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_POLICY_ERROR = 1008;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_MESSAGE_TOO_BIG = 1009;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_EXTENSION_MISSING = 1010;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_SERVER_ERROR = 1011;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_CLOSE_SERVICE_RESTART = 1012;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_TRY_AGAIN_LATER = 1013;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_BAD_GATEWAY = 1014;
/** @var int */
const SWOOLE_WEBSOCKET_CLOSE_TLS = 1015;
/** @var int */
const WEBSOCKET_CLOSE_NORMAL = 1000;
/** @var int */
const WEBSOCKET_CLOSE_GOING_AWAY = 1001;
/** @var int */
const WEBSOCKET_CLOSE_PROTOCOL_ERROR = 1002;
/** @var int */
const WEBSOCKET_CLOSE_DATA_ERROR = 1003;
/** @var int */
const WEBSOCKET_CLOSE_STATUS_ERROR = 1005;
/** @var int */
const WEBSOCKET_CLOSE_ABNORMAL = 1006;
/** @var int */
const WEBSOCKET_CLOSE_MESSAGE_ERROR = 1007;
/** @var int */
const WEBSOCKET_CLOSE_POLICY_ERROR = 1008;
/** @var int */
const WEBSOCKET_CLOSE_MESSAGE_TOO_BIG = 1009;
/** @var int */
const WEBSOCKET_CLOSE_EXTENSION_MISSING = 1010;
/** @var int */
const WEBSOCKET_CLOSE_SERVER_ERROR = 1011;
/** @var int */
const WEBSOCKET_CLOSE_CLOSE_SERVICE_RESTART = 1012;
/** @var int */
const WEBSOCKET_CLOSE_TRY_AGAIN_LATER = 1013;
/** @var int */
const WEBSOCKET_CLOSE_BAD_GATEWAY = 1014;
/** @var int */
const WEBSOCKET_CLOSE_TLS = 1015;

/** @var int */
const SWOOLE_LOG_DEBUG = 0;
/** @var int */
const SWOOLE_LOG_TRACE = 1;
/** @var int */
const SWOOLE_LOG_INFO = 2;
/** @var int */
const SWOOLE_LOG_NOTICE = 3;
/** @var int */
const SWOOLE_LOG_WARNING = 4;
/** @var int */
const SWOOLE_LOG_ERROR = 5;
/** @var int */
const SWOOLE_LOG_NONE = 6;
/** @var int */
const SWOOLE_LOG_ROTATION_SINGLE = 0;
/** @var int */
const SWOOLE_LOG_ROTATION_MONTHLY = 1;
/** @var int */
const SWOOLE_LOG_ROTATION_DAILY = 2;
/** @var int */
const SWOOLE_LOG_ROTATION_HOURLY = 3;
/** @var int */
const SWOOLE_LOG_ROTATION_EVERY_MINUTE = 4;
/** @var int */
const SWOOLE_DISPATCH_ROUND = 1;
/** @var int */
const SWOOLE_DISPATCH_FDMOD = 2;
/** @var int */
const SWOOLE_DISPATCH_IDLE_WORKER = 3;
/** @var int */
const SWOOLE_DISPATCH_IPMOD = 4;
/** @var int */
const SWOOLE_DISPATCH_UIDMOD = 5;
/** @var int */
const SWOOLE_DISPATCH_USERFUNC = 6;
/** @var int */
const SWOOLE_DISPATCH_STREAM = 7;
/** @var int */
const SWOOLE_DISPATCH_CO_CONN_LB = 8;
/** @var int */
const SWOOLE_DISPATCH_CO_REQ_LB = 9;
/** @var int */
const SWOOLE_DISPATCH_CONCURRENT_LB = 10;
/** @var int */
const SWOOLE_IPC_NONE = 0;
/** @var int */
const SWOOLE_IPC_UNIXSOCK = 1;
/** @var int */
const SWOOLE_IPC_UNSOCK = 1;
/** @var int */
const SWOOLE_IPC_MSGQUEUE = 2;
/** @var int */
const SWOOLE_IPC_SOCKET = 3;
/** @var int */
const SWOOLE_IPC_PREEMPTIVE = 3;
/** @var int */
const SWOOLE_WORKER_BUSY = 1;
/** @var int */
const SWOOLE_WORKER_IDLE = 2;
/** @var int */
const SWOOLE_WORKER_EXIT = 3;
/** @var int */
const SWOOLE_ERROR_SESSION_CLOSING = 1003;
/** @var int */
const SWOOLE_ERROR_SESSION_CLOSED = 1004;
/** @var int */
const SWOOLE_ERROR_SESSION_NOT_EXIST = 1005;
/** @var int */
const SWOOLE_ERROR_OUTPUT_BUFFER_OVERFLOW = 1009;

/** The processors that this process may use. */
function swoole_cpu_num(): int {}

function swoole_timer_tick(int $ms, callable $callback, mixed ...$params): int|false {}

function swoole_timer_after(int $ms, callable $callback, mixed ...$params): int|false {}

function swoole_timer_exists(int $timer_id): bool {}

function swoole_timer_info(int $timer_id): ?array {}

function swoole_timer_stats(): array {}

function swoole_timer_list(): ArrayIterator {}

function swoole_timer_clear(int $timer_id): bool {}

function swoole_timer_clear_all(): bool {}
