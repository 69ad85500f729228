// The methods that Swoole has and this extension has not: each exists, and throws a Pushwire\Exception which says what to
// use instead. The stub names `pushwire_unsupported` as what implements them; the texts are here, and nowhere else.

#include "php_pushwire.hpp"

namespace pushwire::php {
namespace {

struct absent_method {
    zend_class_entry** of;
    const char* name;
    const char* instead;
};

const absent_method absent_methods[] = {
    {&tcp_server_class, "addProcess",
     "start the process yourself, with pcntl_fork() or proc_open() before start()"},
    {&tcp_server_class, "addCommand",
     "send a message to a worker with sendMessage(), and handle it in onPipeMessage"},
    {&tcp_server_class, "command", "ask a worker with sendMessage(), and handle it in onPipeMessage"},
    {&tcp_server_class, "send", "use push(): every connection here speaks WebSocket"},
    {&tcp_server_class, "sendwait",
     "use push(): it never blocks, and what it cannot send at once waits in the backlog"},
    {&tcp_server_class, "sendfile", "read the file and push() it as a binary message"},
    {&tcp_server_class, "sendto", "use stream_socket_client() with udp://: this server has no datagrams"},
    {&tcp_server_class, "bind",
     "keep your own table of users and connections, in an array or a Pushwire\\Table"},
    {&tcp_server_class, "protect", "raise heartbeat_idle_time: a client that answers pings is never idle"},
    {&tcp_server_class, "heartbeat",
     "set heartbeat_check_interval and heartbeat_idle_time: idle connections are closed"},
    {&tcp_server_class, "pause", "set package_max_length, or disconnect() a client that sends too much"},
    {&tcp_server_class, "resume", "there is no pause() that it could end"},
    {&tcp_server_class, "confirm", "leave enable_delay_receive off: connections are read from the beginning"},
    {&tcp_server_class, "taskWaitMulti", "call task() for each, and collect the results in onFinish"},
    {&tcp_server_class, "taskCo", "call task() for each, and collect the results in onFinish"},
    {&tcp_server_class, "getWorkerStatus", "use stats() for what a worker does"},
    {&tcp_server_class, "getSocket",
     "use getClientInfo() for the facts of a connection; sockets stay inside the server"},
    {&request_class, "create", "requests come with the events open, handshake and request"},
    {&request_class, "parse", "requests come with the events open, handshake and request, already parsed"},
    {&response_class, "create", "answer with the response that the event brought"},
    {&response_class, "detach", "answer with the response that the event brought, and end() it there"},
    {&response_class, "initHeader", "set headers with header()"},
    {&response_class, "upgrade", "the server upgrades by itself: use the events open and message"},
    {&response_class, "push", "use push() of the server, with the connection's fd"},
    {&response_class, "recv", "use the server's event message"},
    {&response_class, "close",
     "use end(), or disconnect() of the server once the connection speaks WebSocket"},
    {&response_class, "disconnect", "use disconnect() of the server, with the connection's fd"},
    {&response_class, "ping", "use ping() of the server, with the connection's fd"},
    {&response_class, "trailer", "set headers with header(): answers have no trailers"},
    {&response_class, "goaway", "this server speaks HTTP/1.1, which has no such frame"},
};

const char* instead_of(const zend_function* method) {
    for (const absent_method& row : absent_methods) {
        if (*row.of == method->common.scope &&
            zend_string_equals_cstr(method->common.function_name, row.name, strlen(row.name))) {
            return row.instead;
        }
    }
    return "it has no counterpart here";
}

}  // namespace
}  // namespace pushwire::php

ZEND_FUNCTION(pushwire_unsupported) {
    const zend_function* const method = EX(func);
    pushwire::php::throw_exception("%s::%s() is not supported by Pushwire: %s",
                                   ZSTR_VAL(method->common.scope->name),
                                   ZSTR_VAL(method->common.function_name), pushwire::php::instead_of(method));
}
