#include "worker.hpp"

#include <csignal>

#include <unistd.h>

#include "frame.hpp"
#include "request.hpp"
#include "response.hpp"

namespace pushwire::php {
namespace {

constexpr zend_long opcode_ping = 9;

void make_told_frame(zval* into, fd from, std::string_view data, zend_long opcode) {
    zend_string* const payload = string_of(data);
    make_frame(into, static_cast<zend_long>(from.number()), opcode, flag_fin, payload);
    zend_string_release(payload);
}

// PHP answers a limit that is exceeded by ending the process: it is asked before, for what a client can choose.
bool has_memory_for(std::size_t bytes) {
    constexpr std::size_t always_there = std::size_t{64} << 10;
    if (PG(memory_limit) <= 0 || bytes < always_there) return true;
    return zend_memory_usage(true) + bytes + always_there <= static_cast<std::size_t>(PG(memory_limit));
}

const std::string* header_of(const header_list& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) return &value;
    }
    return nullptr;
}

}  // namespace

void become(service& of, role what, unsigned id) {
    of.here = what;
    of.worker_id = id;
    const bool is_task_worker = what == role::task_worker;
    name_process((is_task_worker ? "task worker " : "worker ") + std::to_string(id));
    zend_update_property_long(server_class, of.self, ZEND_STRL("worker_id"), id);
    zend_update_property_long(server_class, of.self, ZEND_STRL("worker_pid"), ::getpid());
    zend_update_property_bool(server_class, of.self, ZEND_STRL("taskworker"), is_task_worker);
    // The terminal's ctrl-C comes to all processes: the master tells us. The engine takes SIGTERM where nobody has.
    for (const int each : {SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) std::signal(each, SIG_IGN);
    std::signal(SIGTERM, SIG_DFL);
}

void tell_worker(service& of, event which) {
    callable& handler = of.on[which];
    if (!handler.is_set()) return;
    of.call(handler, [&] {
        zval arguments[2];
        ZVAL_OBJ_COPY(&arguments[0], of.self);
        ZVAL_LONG(&arguments[1], of.worker_id);
        invoke(handler, arguments, 2);
    });
}

void deliver_pipe_message(service& of, const message_read& read) {
    callable& handler = of.on[event::pipe_message];
    if (!handler.is_set()) return;
    of.call(handler, [&] {
        zval arguments[3];
        ZVAL_OBJ_COPY(&arguments[0], of.self);
        ZVAL_LONG(&arguments[1], read.from == from_master ? -1 : static_cast<zend_long>(read.from));
        value_of(read, &arguments[2]);
        invoke(handler, arguments, 3);
    });
}

worker::worker(service& of, unsigned id) : service_{of}, id_{id} {}

worker::~worker() {
    service_.timers.clear_all(service_);
    service_.server.reset();
}

bool worker::run() {
    become(service_, role::worker, id_);
    try {
        service_.server = std::make_unique<pushwire::server>(*service_.group, id_);
        service_.server->listen();
    } catch (const setup_error& wrong) {
        log(log_level::error, wrong.what());
        return false;
    }
    port_ = service_.group->port();
    set_handlers();
    tell_worker(service_, event::worker_start);
    try {
        service_.server->start();
    } catch (const setup_error& wrong) {
        log(log_level::error, wrong.what());
        return false;
    }
    service_.settle(attempt([&] { service_.timers.clear_all(service_); }));
    tell_worker(service_, event::worker_stop);
    return true;
}

void worker::set_handlers() {
    auto& server = *service_.server;
    auto& on = service_.on;
    if (on[event::handshake].is_set() || on[event::before_handshake_response].is_set()) {
        server.on_handshake([this](pushwire::server&, handshake& which) { asked(which); });
    }
    // Who answers the handshake himself is not told `open`, as it is with Swoole.
    if (on[event::open].is_set() && !on[event::handshake].is_set()) {
        server.on_open([this](pushwire::server&, const request& came) { opened(came); });
    }
    server.on_message([this](pushwire::server&, const message& what) { received(what); });
    if (on[event::close].is_set() || service_.asked.tell_close_frames) {
        server.on_close([this](pushwire::server&, fd which, const close_info& how) { closed(which, how); });
    }
    if (service_.asked.tell_ping_frames) {
        server.on_ping([this](pushwire::server&, fd from, std::string_view payload) {
            received_control(from, payload, opcode_ping);
        });
    }
    if (service_.asked.tell_pong_frames) {
        server.on_pong([this](pushwire::server&, fd from, std::string_view payload) {
            received_control(from, payload, opcode_pong);
        });
    }
    server.on_request(
        [this](pushwire::server&, const request& came, response& answer) { requested(came, answer); });
    server.on_group_message([this](pushwire::server&, std::string_view data) { told(data); });
    server.on_error([](pushwire::server&, const error_report& what) {
        log(log_level::warning,
            std::string{what.where} + (what.fd ? " of client " + to_string(what.fd) : "") + ": " + what.what);
    });
}

template <class Arguments>
outcome worker::call(event which, fd about, Arguments&& arguments) {
    callable& handler = service_.on[which];
    const auto result = service_.call(handler, [&] {
        zval all[4];
        ZVAL_OBJ_COPY(&all[0], service_.self);
        invoke(handler, all, 1 + arguments(all + 1));
    });
    if (result == outcome::threw && about) {
        service_.disconnect(about, close_code::internal_error, describe(error::handler_threw).text);
    }
    return result;
}

void worker::count_request() {
    if (service_.asked.max_request == 0 || ++requests_ < service_.asked.max_request) return;
    service_.leave(close_code::service_restart, "the server's worker is replaced");
}

// ---------------------------------------------------------------- what the engine tells

void worker::opened(const request& came) {
    zval kept;
    ZVAL_COPY_VALUE(&kept, &opening_);
    ZVAL_UNDEF(&opening_);
    call(event::open, came.fd, [&](zval* arguments) {
        if (Z_TYPE(kept) == IS_OBJECT) {
            ZVAL_COPY_VALUE(&arguments[0], &kept);
        } else {
            make_request(&arguments[0], came, port_);
        }
        return 1u;
    });
}

void worker::received(const message& what) {
    if (!has_memory_for(what.data.size())) {
        log(log_level::warning, "client " + to_string(what.fd) + " sent a message of " +
                                    std::to_string(what.data.size()) +
                                    " bytes, for which PHP's memory_limit has no room: raise it, or set a "
                                    "smaller package_max_length");
        return service_.disconnect(what.fd, close_code::message_too_big,
                                   describe(error::message_too_big).text);
    }
    call(event::message, what.fd, [&](zval* arguments) {
        make_told_frame(&arguments[0], what.fd, what.data, static_cast<zend_long>(what.type));
        return 1u;
    });
    count_request();
}

void worker::received_control(fd from, std::string_view payload, zend_long opcode) {
    call(event::message, from, [&](zval* arguments) {
        make_told_frame(&arguments[0], from, payload, opcode);
        return 1u;
    });
}

void worker::closed(fd which, const close_info& how) {
    if (service_.asked.tell_close_frames && how.began_by_peer && how.code != close_code::abnormal) {
        call(event::message, fd{}, [&](zval* arguments) {
            char payload[2 + 123];
            const auto size = how.reason.copy(payload + 2, sizeof payload - 2);
            payload[0] = static_cast<char>(how.code >> 8);
            payload[1] = static_cast<char>(how.code & 0xff);
            make_told_frame(&arguments[0], which, {payload, 2 + size}, opcode_close);
            return 1u;
        });
    }
    if (!service_.on[event::close].is_set()) return;
    call(event::close, fd{}, [&](zval* arguments) {
        ZVAL_LONG(&arguments[0], static_cast<zend_long>(which.number()));
        ZVAL_LONG(&arguments[1], how.began_by_peer ? static_cast<zend_long>(id_) : -1);
        return 2u;
    });
}

void worker::asked(handshake& which) {
    const bool decides = service_.on[event::handshake].is_set();
    callable& handler = service_.on[decides ? event::handshake : event::before_handshake_response];
    zval request;
    zval response;
    ZVAL_UNDEF(&request);
    ZVAL_UNDEF(&response);
    const auto result = service_.call(handler, [&] {
        zval arguments[3];
        unsigned count = 0;
        make_request(&request, which.request(), port_);
        make_response(&response);
        if (!decides) ZVAL_OBJ_COPY(&arguments[count++], service_.self);
        ZVAL_COPY(&arguments[count++], &request);
        ZVAL_COPY(&arguments[count++], &response);
        invoke(handler, arguments, count);
    });
    if (result == outcome::died) return which.refuse(500);
    auto answer = take_response(Z_OBJ(response));
    if (result != outcome::returned) {
        which.refuse(500);
    } else if (decides && answer.status != 101) {
        which.refuse(answer.status >= 400 ? answer.status : std::uint16_t{403}, answer.body, answer.headers);
    } else {
        const auto* const chosen = header_of(answer.headers, "Sec-WebSocket-Protocol");
        which.accept({.subprotocol = chosen ? *chosen : std::string{}, .headers = answer.headers});
        if (!decides && service_.on[event::open].is_set()) keep_for_open(request);
    }
    service_.settle(attempt([&] {
        zval_ptr_dtor(&response);
        zval_ptr_dtor(&request);
    }));
}

/// The engine goes on to `opened` when the handler of the handshake has returned, unless it is full: then the next one
/// finds this here.
void worker::keep_for_open(const zval& request) {
    zval old;
    ZVAL_COPY_VALUE(&old, &opening_);
    ZVAL_COPY(&opening_, &request);
    if (Z_TYPE(old) == IS_OBJECT) service_.settle(attempt([&] { zval_ptr_dtor(&old); }));
}

void worker::requested(const request& came, response& answer) {
    if (service_.on[event::request].is_set()) {
        zval response;
        ZVAL_UNDEF(&response);
        const auto result = service_.call(service_.on[event::request], [&] {
            zval arguments[2];
            make_request(&arguments[0], came, port_);
            make_response(&response);
            ZVAL_COPY(&arguments[1], &response);
            invoke(service_.on[event::request], arguments, 2);
        });
        if (result == outcome::returned) {
            answer = take_response(Z_OBJ(response));
        } else {
            answer = {.status = 500, .headers = {}, .body = "The server's program has failed.\n"};
        }
        if (result != outcome::died) service_.settle(attempt([&] { zval_ptr_dtor(&response); }));
    } else {
        answer = {.status = 400,
                  .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                  .body =
                      "This is a WebSocket server: connect with a WebSocket client, as with new "
                      "WebSocket(\"ws://…\") in a browser.\n"};
    }
    if (service_.on[event::disconnect].is_set()) {
        call(event::disconnect, fd{}, [&](zval* arguments) {
            ZVAL_LONG(&arguments[0], 0);
            ZVAL_LONG(&arguments[1], id_);
            return 2u;
        });
    }
    count_request();
}

// ---------------------------------------------------------------- what other processes of the service tell

void worker::told(std::string_view data) {
    const auto read = read_message(data);
    if (!read) return;
    switch (read->kind) {
        case message_kind::leave:
            return service_.leave(close_code::service_restart, "the server's worker is replaced");
        case message_kind::pipe:
            return deliver_pipe_message(service_, *read);
        case message_kind::finish: {
            auto own = service_.when_finished.extract(read->task);
            callable& handler = own ? own.mapped() : service_.on[event::finish];
            if (!handler.is_set()) return;
            service_.call(handler, [&] {
                zval arguments[3];
                ZVAL_OBJ_COPY(&arguments[0], service_.self);
                ZVAL_LONG(&arguments[1], read->task);
                value_of(*read, &arguments[2]);
                invoke(handler, arguments, 3);
            });
            if (own) service_.settle(attempt([&] { own.mapped().clear(); }));
            return;
        }
        case message_kind::done: {
            auto own = service_.when_finished.extract(read->task);
            if (own) service_.settle(attempt([&] { own.mapped().clear(); }));
            return;
        }
        case message_kind::task:
        case message_kind::reply:
            return;
    }
}

}  // namespace pushwire::php
