#pragma once
// What RFC 6455 4 demands of a request or response, once its head is parsed: each rule in the order in which it is
// checked, with the row of the error table that names its breach. No bytes, no state.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/protocol/session.hpp>

#include "protocol/http_head.hpp"
#include "protocol/permessage_deflate.hpp"

namespace pushwire::protocol {

/// What a server needs to know of a request, beyond its head. Views into the head's bytes, or static.
struct request_facts {
    std::string_view path;
    std::string_view query;
    std::string_view key;  ///< of a handshake: Sec-WebSocket-Key
    bool is_handshake = false;
    bool keeps_alive = false;
    bool expects_continue = false;               ///< the client asks before it sends the body
    std::vector<std::string_view> subprotocols;  ///< that the client offers, the one it prefers first
    std::optional<accepted_offer> deflate;       ///< of the extensions that it offers, what can be agreed to
};

/// `error::none`: a plain request, or a well-formed opening handshake (RFC 6455 4.2.1).
[[nodiscard]] error judge_request(const http_head& head, const compression& ours, request_facts& facts);

/// What a client asked for.
struct client_offer {
    std::string accept;                     ///< the Sec-WebSocket-Accept that it expects
    std::vector<std::string> subprotocols;  ///< all different
    pushwire::compression compression;
};

/// What the server chose of it. The view is into the offer.
struct server_choice {
    std::string_view subprotocol;  ///< empty if none
    deflate_agreement deflate;
};

/// `error::none`: the response (not a 1xx other than 101) completes the handshake (RFC 6455 4.1).
[[nodiscard]] error judge_response(const http_head& head, const client_offer& offer, server_choice& chosen);

}  // namespace pushwire::protocol
