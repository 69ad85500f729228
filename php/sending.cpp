#include "sending.hpp"

namespace pushwire::php {
namespace {

bool settle(service& here, part_result result) {
    const bool taken = result == part_result::accepted || result == part_result::queued;
    here.error =
        taken ? last_error::none
              : (result == part_result::unknown_fd ? last_error::no_such_connection : last_error::invalid);
    return taken;
}

bool push_part(service& here, fd to, std::string_view data, zend_long opcode, bool is_last) {
    if (!here.server) {
        here.error = last_error::invalid;
        php_error_docref(nullptr, E_WARNING,
                         "a message in parts is sent by the worker that has the connection");
        return false;
    }
    if (opcode != 0 && !settle(here, here.server->begin(to, static_cast<message_type>(opcode)))) return false;
    if (!settle(here, here.server->part(to, data))) return false;
    return !is_last || settle(here, here.server->end(to));
}

}  // namespace

bool settle(service& here, push_result result) {
    switch (result) {
        case push_result::accepted:
        case push_result::queued:
        case push_result::posted:
            here.error = last_error::none;
            return true;
        case push_result::refused_backlog:
            here.error = last_error::backlog_full;
            break;
        case push_result::refused_mailbox:
            here.error = last_error::mailbox_full;
            break;
        case push_result::closing:
            here.error = last_error::closing;
            break;
        case push_result::unknown_fd:
            here.error = last_error::no_such_connection;
            break;
        case push_result::invalid_text:
            here.error = last_error::invalid;
            php_error_docref(
                nullptr, E_WARNING,
                "text must be UTF-8 (RFC 6455 8.1): send other data with WEBSOCKET_OPCODE_BINARY");
            break;
    }
    return false;
}

bool disconnect(service& here, fd which, zend_long code, std::string_view reason) {
    if (reason.size() > 123) {
        here.error = last_error::invalid;
        php_error_docref(nullptr, E_WARNING, "the reason is longer than 123 bytes (RFC 6455 5.5)");
        return false;
    }
    if (code < 0 || code > 4999 || !close_code::may_be_sent(static_cast<std::uint16_t>(code))) {
        here.error = last_error::invalid;
        php_error_docref(nullptr, E_WARNING,
                         "code " ZEND_LONG_FMT
                         " may not be sent (RFC 6455 7.4): use 1000 to 1003, 1007 to 1014 or 3000 to 4999",
                         code);
        return false;
    }
    if (!here.exists(which)) {
        here.error = last_error::no_such_connection;
        return false;
    }
    here.disconnect(which, static_cast<std::uint16_t>(code), reason);
    here.error = last_error::none;
    return true;
}

bool push(service& here, fd to, const frame_parts& what) {
    const std::string_view data{ZSTR_VAL(what.payload), ZSTR_LEN(what.payload)};
    const bool is_last = (what.flags & flag_fin) != 0;
    switch (what.opcode) {
        case 1:
        case 2:
            if (!is_last) return push_part(here, to, data, what.opcode, false);
            return settle(here, here.push(to, data, static_cast<message_type>(what.opcode)));
        case 0:
            return push_part(here, to, data, 0, is_last);
        case opcode_close:
            if (data.size() < 2) return disconnect(here, to, close_code::normal, {});
            return disconnect(here, to,
                              static_cast<unsigned char>(data[0]) << 8 | static_cast<unsigned char>(data[1]),
                              data.substr(2));
        case opcode_pong:  // a ping has been answered before the script is told of it
            return here.exists(to);
        default:
            return settle(here, here.ping(to, data));
    }
}

}  // namespace pushwire::php
