// Pushwire\Server and its parents: the methods that a script calls. What they do to connections is service.cpp's and
// sending.cpp's, how the processes run is start.cpp's, master.cpp's, worker.cpp's and task_worker.cpp's.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include "connection_facts.hpp"
#include "connection_iterator.hpp"
#include "object.hpp"
#include "sending.hpp"
#include "service.hpp"
#include "start.hpp"
#include "tasks.hpp"
#include "worker.hpp"

extern "C" {
#include <SAPI.h>
}

namespace pushwire::php {
namespace {

struct server_state {
    service* what;
};
using held = object<server_state>;

void release(server_state& which) {
    if (!which.what) return;
    for (auto& [id, each] : which.what->when_finished) each.clear();
    which.what->on.clear();
    end_service(which.what);
}

// The handlers usually hold the server: the cycle collector must see them.
HashTable* cycle_of(zend_object* object, zval** table, int* count) {
    const auto& which = held::of(object);
    zend_get_gc_buffer* const buffer = zend_get_gc_buffer_create();
    if (which.what) {
        for (auto& each : which.what->on) {
            if (each.is_set()) zend_get_gc_buffer_add_zval(buffer, &each.value);
        }
    }
    zend_get_gc_buffer_use(buffer, table, count);
    return zend_std_get_properties(object);
}

// Throws a PHP exception and returns null if the constructor has not run.
service* service_of(zval* object) {
    service* const found = held::of(object).what;
    if (!found) throw_exception("the server's constructor has not been called: call parent::__construct()");
    return found;
}

// The same for what can only be asked while the server runs; null, and no exception, if it does not.
service* running(zval* object) {
    service* const found = service_of(object);
    if (!found || found->is_running()) return found;
    found->error = last_error::not_running;
    php_error_docref(nullptr, E_WARNING, "the server is not running: call this in a handler");
    return nullptr;
}

// The same for what can only be done before.
service* settable(zval* object) {
    service* const found = service_of(object);
    if (!found || !found->is_running()) return found;
    found->error = last_error::invalid;
    php_error_docref(nullptr, E_WARNING, "the server is running: do this before start()");
    return nullptr;
}

fd number(zend_long which) {
    return which > 0 ? fd{static_cast<std::uint64_t>(which)} : fd{};
}

// Says false, with a PHP exception, for a place where nobody can be served.
bool add_place(service& here, zend_string* host, zend_long port, zend_long type) {
    constexpr zend_long ssl = 512;
    constexpr zend_long tcp = 1;
    constexpr zend_long tcp6 = 3;
    constexpr zend_long unix_stream = 5;
    const zend_long kind = type & ~ssl;
    if (kind != tcp && kind != tcp6 && kind != unix_stream) {
        throw_exception(
            "WebSocket is spoken over TCP and Unix stream sockets: use SWOOLE_SOCK_TCP, SWOOLE_SOCK_TCP6 or "
            "SWOOLE_SOCK_UNIX_STREAM");
        return false;
    }
    if (port < 0 || port > 65535) {
        throw_exception("a port is from 0 (any that is free) to 65535, and not %" PRId64,
                        static_cast<int64_t>(port));
        return false;
    }
    here.asked.places.push_back({{ZSTR_VAL(host), ZSTR_LEN(host)}, port, type});
    show_places(here);
    return true;
}

}  // namespace

void prepare_server() {
    for (auto* const each : {tcp_server_class, http_server_class, server_class}) {
        held::prepare(each, release).get_gc = cycle_of;
    }
}

}  // namespace pushwire::php

using namespace pushwire::php;  // the methods are PHP's, and stand outside

ZEND_METHOD(Pushwire_TcpServer, __construct) {
    zend_string* host = nullptr;
    zend_long port = 0;
    zend_long mode = 1;
    zend_long type = 1;
    ZEND_PARSE_PARAMETERS_START(0, 4)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR(host)
    Z_PARAM_LONG(port)
    Z_PARAM_LONG(mode)
    Z_PARAM_LONG(type)
    ZEND_PARSE_PARAMETERS_END();
    if (!instanceof_function(Z_OBJCE_P(ZEND_THIS), server_class)) {
        zend_throw_error(nullptr, "%s cannot be made: only the WebSocket server is here, Pushwire\\Server",
                         ZSTR_VAL(Z_OBJCE_P(ZEND_THIS)->name));
        RETURN_THROWS();
    }
    if (strcmp(sapi_module.name, "cli") != 0 && strcmp(sapi_module.name, "phpdbg") != 0) {
        throw_exception("the server runs from the command line (php server.php), and not in %s",
                        sapi_module.name);
        RETURN_THROWS();
    }
    if (the_service()) {
        throw_exception("there is one server in a process; listen() gives it more ports");
        RETURN_THROWS();
    }
    if (mode != 1 && mode != 2) {
        throw_exception("the mode is SWOOLE_BASE or SWOOLE_PROCESS, which mean the same here");
        RETURN_THROWS();
    }
    zend_object* const self = Z_OBJ_P(ZEND_THIS);
    service* const here = held::of(self).what = make_service(self);
    zend_update_property_long(server_class, self, ZEND_STRL("mode"), mode);
    zend_update_property_long(server_class, self, ZEND_STRL("type"), type);
    zend_update_property_bool(server_class, self, ZEND_STRL("ssl"), (type & 512) != 0);
    zval value;
    array_init(&value);
    zend_update_property(server_class, self, ZEND_STRL("setting"), &value);
    zval_ptr_dtor(&value);
    make_connection_iterator(&value);
    zend_update_property(server_class, self, ZEND_STRL("connections"), &value);
    zval_ptr_dtor(&value);
    zend_string* const anywhere = zend_string_init(ZEND_STRL("0.0.0.0"), false);
    add_place(*here, host ? host : anywhere, port, type);
    zend_string_release(anywhere);
}

ZEND_METHOD(Pushwire_TcpServer, set) {
    zval* settings = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ARRAY(settings)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = settable(ZEND_THIS);
    if (!here) RETURN_FALSE;
    bool all = true;
    zval room;
    zval* const shown = zend_read_property(server_class, here->self, ZEND_STRL("setting"), true, &room);
    SEPARATE_ARRAY(shown);
    zend_string* name = nullptr;
    zval* value = nullptr;
    ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(settings), name, value) {
        if (!name) continue;
        const auto result = take_setting(here->asked, {ZSTR_VAL(name), ZSTR_LEN(name)}, value);
        switch (result.what) {
            case taken::yes:
                break;
            case taken::ignored:
                php_error_docref(nullptr, E_NOTICE, "'%s' does nothing here: %s", ZSTR_VAL(name), result.why);
                break;
            case taken::unknown:
                php_error_docref(nullptr, E_WARNING, "there is no setting '%s'", ZSTR_VAL(name));
                break;
            case taken::wrong:
                php_error_docref(nullptr, E_WARNING, "'%s' %s", ZSTR_VAL(name), result.why);
                all = false;
                break;
        }
        if (EG(exception)) RETURN_THROWS();
        Z_TRY_ADDREF_P(value);
        zend_hash_update(Z_ARRVAL_P(shown), name, value);
    }
    ZEND_HASH_FOREACH_END();
    RETURN_BOOL(all);
}

ZEND_METHOD(Pushwire_TcpServer, on) {
    zend_string* name = nullptr;
    zval* handler = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_STR(name)
    Z_PARAM_ZVAL(handler)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = settable(ZEND_THIS);
    if (!here) RETURN_FALSE;
    const std::string_view named{ZSTR_VAL(name), ZSTR_LEN(name)};
    const auto which = event_named(named);
    if (!which) {
        const char* const why = why_not(named);
        php_error_docref(nullptr, E_WARNING, "there is no event '%s'%s%s", ZSTR_VAL(name), why ? ": " : "",
                         why ? why : "");
        RETURN_FALSE;
    }
    if (!here->on[*which].take(handler, 2)) RETURN_THROWS();
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_TcpServer, getCallback) {
    zend_string* name = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_STR(name)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = service_of(ZEND_THIS);
    if (!here) RETURN_THROWS();
    const auto which = event_named({ZSTR_VAL(name), ZSTR_LEN(name)});
    if (!which || !here->on[*which].is_set()) RETURN_NULL();
    RETURN_COPY(&here->on[*which].value);
}

ZEND_METHOD(Pushwire_TcpServer, listen) {
    zend_string* host = nullptr;
    zend_long port = 0;
    zend_long type = 1;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(host)
    Z_PARAM_LONG(port)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(type)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = settable(ZEND_THIS);
    if (!here || !add_place(*here, host, port, type)) RETURN_FALSE;
    RETURN_COPY(ZEND_THIS);
}

ZEND_METHOD(Pushwire_TcpServer, start) {
    ZEND_PARSE_PARAMETERS_NONE();
    service* const here = settable(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (!here->on[event::message].is_set()) {
        php_error_docref(nullptr, E_ERROR,
                         "require onMessage callback: call on('message', …) before start()");
        return;
    }
    if (here->asked.task_worker_num != 0 && !here->on[event::task].is_set()) {
        php_error_docref(nullptr, E_ERROR,
                         "require onTask callback: call on('task', …), or set no 'task_worker_num'");
        return;
    }
    if (!prepare_service(*here)) {
        here->group.reset();
        RETURN_THROWS();
    }
    switch (serve(*here)) {
        case after_start::go_on:
            RETURN_TRUE;
        case after_start::could_not_serve:
            throw_exception("the server could not start: its log says why");
            RETURN_THROWS();
        case after_start::end_script:
            zend_throw_unwind_exit();
            return;
        case after_start::bail_out:
            zend_bailout();
        case after_start::end_process:
            std::fflush(nullptr);
            std::_Exit(cannot_start);
    }
}

ZEND_METHOD(Pushwire_TcpServer, stop) {
    zend_long which = -1;
    bool waits = false;  // it always does
    ZEND_PARSE_PARAMETERS_START(0, 2)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(which)
    Z_PARAM_BOOL(waits)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    const auto count = static_cast<zend_long>(here->process_count());
    const bool is_child = here->here == role::worker || here->here == role::task_worker;
    if (is_child && (which < 0 || which == static_cast<zend_long>(here->worker_id))) {
        here->leave(pushwire::close_code::service_restart, "the server's worker is replaced");
        RETURN_TRUE;
    }
    if (which < 0 || which >= count) {
        php_error_docref(nullptr, E_WARNING, "there are workers 0 to " ZEND_LONG_FMT, count - 1);
        RETURN_FALSE;
    }
    RETURN_BOOL(send_value(*here, message_kind::leave, static_cast<unsigned>(which), 0, 0, nullptr));
}

static void signal_master(INTERNAL_FUNCTION_PARAMETERS, int signal) {
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    zval room;
    zval* const pid = zend_read_property(server_class, here->self, ZEND_STRL("master_pid"), true, &room);
    RETURN_BOOL(zval_get_long(pid) > 0 && ::kill(static_cast<pid_t>(zval_get_long(pid)), signal) == 0);
}

ZEND_METHOD(Pushwire_TcpServer, reload) {
    bool only_task_workers = false;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_BOOL(only_task_workers)
    ZEND_PARSE_PARAMETERS_END();
    signal_master(INTERNAL_FUNCTION_PARAM_PASSTHRU, only_task_workers ? SIGUSR2 : SIGUSR1);
}

ZEND_METHOD(Pushwire_TcpServer, shutdown) {
    ZEND_PARSE_PARAMETERS_NONE();
    signal_master(INTERNAL_FUNCTION_PARAM_PASSTHRU, SIGTERM);
}

ZEND_METHOD(Pushwire_TcpServer, stats) {
    ZEND_PARSE_PARAMETERS_NONE();
    service* const here = service_of(ZEND_THIS);
    if (!here) RETURN_THROWS();
    array_init(return_value);
    if (!here->is_running()) return;
    const auto counts = here->stats();
    std::uint64_t waiting = 0;
    std::uint64_t busy = 0;
    for (unsigned i = here->asked.worker_num; i < here->process_count(); ++i) {
        const auto tasks = here->facts[i].tasks.load(std::memory_order_relaxed);
        busy += tasks != 0;
        waiting += tasks > 1 ? tasks - 1 : 0;
    }
    const auto add = [&](const char* name, std::uint64_t count) {
        add_assoc_long(return_value, name, static_cast<zend_long>(count));
    };
    add("connection_num", counts.open);
    add("accept_count", counts.accepted);
    add("close_count", counts.closed);
    add("abort_count", counts.refused);
    add("worker_num", here->asked.worker_num);
    add("task_worker_num", here->asked.task_worker_num);
    add("user_worker_num", 0);
    add("request_count", counts.requests + counts.messages_received);
    add("response_count", counts.messages_sent);
    add("dispatch_count", counts.messages_received);
    add("total_recv_bytes", counts.bytes_received);
    add("total_send_bytes", counts.bytes_sent);
    add("push_refused_count", counts.pushes_refused);
    add("backlog_bytes", counts.backlog_bytes);
    add("unfinished_bytes", counts.unfinished_bytes);
    add("tasking_num", busy);
    add("task_queue_num", waiting);
    add("task_idle_worker_num", here->asked.task_worker_num - busy);
    add("coroutine_num", 0);
}

ZEND_METHOD(Pushwire_TcpServer, exists) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    const service* const here = running(ZEND_THIS);
    RETURN_BOOL(here && here->exists(number(which)));
}

ZEND_METHOD(Pushwire_TcpServer, close) {
    zend_long which = 0;
    bool reset = false;  // a peer learns why in any case
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_LONG(which)
    Z_PARAM_OPTIONAL
    Z_PARAM_BOOL(reset)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    RETURN_BOOL(here && disconnect(*here, number(which), pushwire::close_code::normal, {}));
}

ZEND_METHOD(Pushwire_TcpServer, getClientInfo) {
    zend_long which = 0;
    zend_long reactor = -1;
    bool ignore = false;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_LONG(which)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(reactor)
    Z_PARAM_BOOL(ignore)
    ZEND_PARSE_PARAMETERS_END();
    if (!running(ZEND_THIS)) RETURN_FALSE;
    connection_facts(which, return_value);
}

ZEND_METHOD(Pushwire_TcpServer, getClientList) {
    zend_long after = 0;
    zend_long count = 10;
    ZEND_PARSE_PARAMETERS_START(0, 2)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(after)
    Z_PARAM_LONG(count)
    ZEND_PARSE_PARAMETERS_END();
    const service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (count < 1 || count > 100) {
        php_error_docref(nullptr, E_WARNING,
                         "at most 100 are told at once: go on with the last number of the list");
        RETURN_FALSE;
    }
    auto all = here->connections();
    std::erase_if(all, [&](pushwire::fd each) { return static_cast<zend_long>(each.number()) <= after; });
    if (all.empty()) RETURN_FALSE;
    const auto told = std::min(all.size(), static_cast<std::size_t>(count));
    std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(told));
    array_init_size(return_value, static_cast<std::uint32_t>(told));
    for (std::size_t i = 0; i < told; ++i) {
        add_next_index_long(return_value, static_cast<zend_long>(all[i].number()));
    }
}

ZEND_METHOD(Pushwire_TcpServer, task) {
    zval* data = nullptr;
    zend_long asked_for = -1;
    zval* handler = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_ZVAL(data)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(asked_for)
    Z_PARAM_ZVAL(handler)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    callable when_finished;
    if (handler && Z_TYPE_P(handler) != IS_NULL) {
        if (!when_finished.take(handler, 3)) RETURN_THROWS();
    }
    const auto task = give_task(*here, asked_for, when_finished.is_set() ? own_handler : nobody_waits, data);
    if (task == 0) {
        when_finished.clear();
        RETURN_FALSE;
    }
    if (when_finished.is_set()) here->when_finished.emplace(task, when_finished);
    RETURN_LONG(task);
}

ZEND_METHOD(Pushwire_TcpServer, taskwait) {
    zval* data = nullptr;
    double timeout = 0.5;
    zend_long asked_for = -1;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_ZVAL(data)
    Z_PARAM_OPTIONAL
    Z_PARAM_DOUBLE(timeout)
    Z_PARAM_LONG(asked_for)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (here->here != role::worker) {
        php_error_docref(nullptr, E_WARNING, "taskwait() is for workers");
        RETURN_FALSE;
    }
    const unsigned box = here->reply_box(here->worker_id);
    const auto task = give_task(*here, asked_for, box, data);
    if (task == 0) RETURN_FALSE;
    using clock = std::chrono::steady_clock;
    const auto until =
        clock::now() + std::chrono::milliseconds{static_cast<long>(std::clamp(timeout, 0.0, 1e6) * 1000)};
    RETVAL_FALSE;
    bool answered = false;
    do {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
        const auto reply = here->group->receive(box, std::max(left, std::chrono::milliseconds{0}));
        const auto read = reply ? read_message(*reply) : std::nullopt;
        if (!read || read->task != task) continue;  // of one whose time was over
        answered = true;
        if (read->kind == message_kind::done) break;
        zval_ptr_dtor(return_value);
        value_of(*read, return_value);
    } while (!answered && clock::now() < until);
}

ZEND_METHOD(Pushwire_TcpServer, finish) {
    zval* data = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(data)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (!here->task.is_done_now) {
        php_error_docref(nullptr, E_WARNING, "finish() is for the handler of 'task', once");
        RETURN_FALSE;
    }
    RETURN_BOOL(finish_task(*here, data));
}

ZEND_METHOD(Pushwire_TcpServer, sendMessage) {
    zval* message = nullptr;
    zend_long to = 0;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_ZVAL(message)
    Z_PARAM_LONG(to)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    const auto count = static_cast<zend_long>(here->process_count());
    if (to < 0 || to >= count) {
        php_error_docref(nullptr, E_WARNING,
                         "there are workers 0 to " ZEND_LONG_FMT ", and not " ZEND_LONG_FMT, count - 1, to);
        RETURN_FALSE;
    }
    if (!here->on[event::pipe_message].is_set()) {
        php_error_docref(nullptr, E_WARNING,
                         "nobody would take it: call on('pipeMessage', …) before start()");
        RETURN_FALSE;
    }
    RETURN_BOOL(send_value(*here, message_kind::pipe, static_cast<unsigned>(to), 0, 0, message));
}

ZEND_METHOD(Pushwire_TcpServer, getWorkerId) {
    ZEND_PARSE_PARAMETERS_NONE();
    const service* const here = service_of(ZEND_THIS);
    if (!here) RETURN_THROWS();
    if (here->here != role::worker && here->here != role::task_worker) RETURN_FALSE;
    RETURN_LONG(here->worker_id);
}

ZEND_METHOD(Pushwire_TcpServer, getWorkerPid) {
    zend_long which = -1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    const service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (which < 0) RETURN_LONG(::getpid());
    if (which >= static_cast<zend_long>(here->process_count())) RETURN_FALSE;
    RETURN_LONG(here->facts[which].pid.load(std::memory_order_relaxed));
}

static void property(INTERNAL_FUNCTION_PARAMETERS, const char* name) {
    ZEND_PARSE_PARAMETERS_NONE();
    zval room;
    RETURN_LONG(
        zval_get_long(zend_read_property(server_class, Z_OBJ_P(ZEND_THIS), name, strlen(name), true, &room)));
}

ZEND_METHOD(Pushwire_TcpServer, getManagerPid) {
    property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "manager_pid");
}

ZEND_METHOD(Pushwire_TcpServer, getMasterPid) {
    property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "master_pid");
}

ZEND_METHOD(Pushwire_TcpServer, getLastError) {
    ZEND_PARSE_PARAMETERS_NONE();
    const service* const here = service_of(ZEND_THIS);
    if (!here) RETURN_THROWS();
    RETURN_LONG(static_cast<zend_long>(here->error));
}

ZEND_METHOD(Pushwire_TcpServer, tick) {
    start_timer(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(Pushwire_TcpServer, after) {
    start_timer(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

ZEND_METHOD(Pushwire_TcpServer, clearTimer) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = service_of(ZEND_THIS);
    RETURN_BOOL(here && here->timers.clear(*here, which));
}

// After the running handler, and what it caused.
ZEND_METHOD(Pushwire_TcpServer, defer) {
    zval* what = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(what)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) return;
    callable call;
    if (!call.take(what, 1)) RETURN_THROWS();
    here->timers.start(*here, call, std::chrono::milliseconds{0}, true, nullptr, 0);
}

ZEND_METHOD(Pushwire_Server, push) {
    zend_long to = 0;
    zend_object* frame = nullptr;
    zend_string* text = nullptr;
    zend_long opcode = 1;
    zend_long flags = flag_fin;
    ZEND_PARSE_PARAMETERS_START(2, 4)
    Z_PARAM_LONG(to)
    Z_PARAM_OBJ_OF_CLASS_OR_STR(frame, frame_class, text)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(opcode)
    Z_PARAM_LONG(flags)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    frame_parts parts;
    here->error = last_error::invalid;
    if (!read_frame(frame, text, opcode, flags, parts)) RETURN_FALSE;
    RETVAL_BOOL(push(*here, number(to), parts));
    zend_string_release(parts.payload);
}

ZEND_METHOD(Pushwire_Server, isEstablished) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    const service* const here = running(ZEND_THIS);
    RETURN_BOOL(here && here->exists(number(which)));
}

ZEND_METHOD(Pushwire_Server, disconnect) {
    zend_long which = 0;
    zend_long code = pushwire::close_code::normal;
    zend_string* reason = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_LONG(which)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(code)
    Z_PARAM_STR(reason)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    RETURN_BOOL(here && disconnect(*here, number(which), code,
                                   reason ? std::string_view{ZSTR_VAL(reason), ZSTR_LEN(reason)}
                                          : std::string_view{}));
}

ZEND_METHOD(Pushwire_Server, ping) {
    zend_long which = 0;
    zend_string* payload = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_LONG(which)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR(payload)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    if (payload && ZSTR_LEN(payload) > 125) {
        here->error = last_error::invalid;
        php_error_docref(nullptr, E_WARNING, "a ping carries at most 125 bytes (RFC 6455 5.5)");
        RETURN_FALSE;
    }
    RETURN_BOOL(settle(
        *here, here->ping(number(which), payload ? std::string_view{ZSTR_VAL(payload), ZSTR_LEN(payload)}
                                                 : std::string_view{})));
}

ZEND_METHOD(Pushwire_Server, subscribe) {
    zend_long which = 0;
    zend_string* topic = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_LONG(which)
    Z_PARAM_STR(topic)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    const bool taken = here->subscribe(number(which), {ZSTR_VAL(topic), ZSTR_LEN(topic)});
    here->error = taken
                      ? last_error::none
                      : (here->exists(number(which)) ? last_error::invalid : last_error::no_such_connection);
    RETURN_BOOL(taken);
}

ZEND_METHOD(Pushwire_Server, unsubscribe) {
    zend_long which = 0;
    zend_string* topic = nullptr;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_LONG(which)
    Z_PARAM_STR(topic)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    here->unsubscribe(number(which), {ZSTR_VAL(topic), ZSTR_LEN(topic)});
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Server, publish) {
    zend_string* topic = nullptr;
    zend_object* frame = nullptr;
    zend_string* text = nullptr;
    zend_long opcode = 1;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(topic)
    Z_PARAM_OBJ_OF_CLASS_OR_STR(frame, frame_class, text)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(opcode)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = running(ZEND_THIS);
    if (!here) RETURN_FALSE;
    frame_parts parts;
    here->error = last_error::invalid;
    if (!read_frame(frame, text, opcode, flag_fin, parts)) RETURN_FALSE;
    if (parts.opcode == 1 || parts.opcode == 2) {
        RETVAL_BOOL(settle(*here, here->publish({ZSTR_VAL(topic), ZSTR_LEN(topic)},
                                                {ZSTR_VAL(parts.payload), ZSTR_LEN(parts.payload)},
                                                static_cast<pushwire::message_type>(parts.opcode))));
    } else {
        php_error_docref(nullptr, E_WARNING, "text and binary messages can be published");
        RETVAL_FALSE;
    }
    zend_string_release(parts.payload);
}
