#include "clauses.hpp"

namespace pushwire::decode {

clause clause_of(error why) {
    switch (why) {
        using enum error;
        case mask_missing:
        case mask_forbidden:
            return {"RFC 6455 5.1", ""};
        case reserved_bit:
        case reserved_opcode:
        case length_not_shortest:
        case length_too_large:
            return {"RFC 6455 5.2", ""};
        case continuation_unexpected:
        case continuation_expected:
            return {"RFC 6455 5.4", ""};
        case control_frame_fragmented:
        case control_frame_too_long:
            return {"RFC 6455 5.5", ""};
        case close_body_too_short:
            return {"RFC 6455 5.5.1", ""};
        case close_code_invalid:
            return {"RFC 6455 7.4", ""};
        case text_not_utf8:
        case reason_not_utf8:
            return {"RFC 6455 8.1", ""};
        case message_too_big:
        case inflated_too_big:
            return {"RFC 6455 10.4", ""};
        case compressed_bit_misplaced:
            return {"RFC 7692 6.1", ""};
        case deflate_invalid:
            return {"RFC 7692 7.2.2", ""};

        case request_malformed:
        case response_malformed:
            return {"RFC 9112 2.1", ""};
        case request_header_folded:
            return {"RFC 9112 5.2", ""};
        case request_host:
            return {"RFC 9112 3.2", "Host"};
        case request_header_too_large:
        case request_too_many_fields:
            return {"RFC 6585 5", ""};
        case request_body_too_large:
            return {"RFC 9110 15.5.14", "Content-Length"};
        case response_header_too_large:
            return {"RFC 6455 10.4", ""};

        case request_version:
        case method_not_get:
            return {"RFC 6455 4.2.1", ""};
        case upgrade_required:
            return {"RFC 6455 4.2.1", "Upgrade"};
        case connection_not_upgrade:
            return {"RFC 6455 4.2.1", "Connection"};
        case key_missing:
        case key_malformed:
            return {"RFC 6455 4.2.1", "Sec-WebSocket-Key"};
        case version_unsupported:
            return {"RFC 6455 4.2.1", "Sec-WebSocket-Version"};
        case subprotocol_malformed:
            return {"RFC 6455 4.1", "Sec-WebSocket-Protocol"};
        case extension_malformed:
        case response_extension_malformed:
            return {"RFC 6455 9.1", "Sec-WebSocket-Extensions"};

        case response_status:
            return {"RFC 6455 4.1", ""};
        case response_upgrade:
            return {"RFC 6455 4.1", "Upgrade"};
        case response_accept:
            return {"RFC 6455 4.1", "Sec-WebSocket-Accept"};
        case response_subprotocol:
            return {"RFC 6455 4.1", "Sec-WebSocket-Protocol"};
        case response_extension:
            return {"RFC 6455 4.1", "Sec-WebSocket-Extensions"};
        case response_extension_twice:
            return {"RFC 7692 5", "Sec-WebSocket-Extensions"};
        case response_deflate_parameter:
            return {"RFC 7692 7.1", "Sec-WebSocket-Extensions"};
        case response_deflate_context:
            return {"RFC 7692 7.1.1", "Sec-WebSocket-Extensions"};
        case response_deflate_window:
            return {"RFC 7692 7.1.2", "Sec-WebSocket-Extensions"};
        default:
            return {};
    }
}

std::string_view name_of_close_code(unsigned code) {
    switch (code) {
        case 1000:
            return "normal closure";
        case 1001:
            return "going away";
        case 1002:
            return "protocol error";
        case 1003:
            return "unsupported data";
        case 1004:
            return "reserved";
        case 1005:
            return "no status received, never sent";
        case 1006:
            return "abnormal closure, never sent";
        case 1007:
            return "invalid payload data";
        case 1008:
            return "policy violation";
        case 1009:
            return "message too big";
        case 1010:
            return "mandatory extension";
        case 1011:
            return "internal error";
        case 1012:
            return "service restart";
        case 1013:
            return "try again later";
        case 1014:
            return "bad gateway";
        case 1015:
            return "TLS handshake, never sent";
        default:
            break;
    }
    if (code >= 3000 && code <= 3999) return "registered by a library or framework";
    if (code >= 4000 && code <= 4999) return "the application's own";
    return "not defined";
}

}  // namespace pushwire::decode
