#pragma once
// What RFC 6455 4 demands of a request or response, once its head is parsed: each rule in the order in which it is
// checked, with the row of the error table that names its breach. No bytes, no state.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/error.hpp>

#include "protocol/http_head.hpp"

namespace pushwire::protocol {

/// What a server needs to know of a request, beyond its head. Views into the head's bytes, or static.
struct request_facts {
    std::string_view path;
    std::string_view query;
    bool is_handshake = false;
    bool keeps_alive = false;
    bool expects_continue = false;               ///< the client asks before it sends the body
    std::vector<std::string_view> subprotocols;  ///< that the client offers, the one it prefers first
};

/// `error::none`: a plain request, or a well-formed opening handshake (RFC 6455 4.2.1).
[[nodiscard]] error judge_request(const http_head& head, request_facts& facts);

/// `error::none`: the response (not a 1xx other than 101) completes the handshake of a client that expects
/// `accept` and offered `subprotocols` (RFC 6455 4.1). Then `chosen` is one of these, or empty.
[[nodiscard]] error judge_response(const http_head& head, std::string_view accept,
                                   std::span<const std::string> subprotocols, std::string_view& chosen);

}  // namespace pushwire::protocol
