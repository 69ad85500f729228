#pragma once
// What a complete HTTP/1.1 head says: start line, fields, and how long the body is (RFC 9112 3 to 6). All of
// Boost.Beast that this project uses is behind this file. The head must have passed head_scanner, which refuses
// what Beast's parser would accept (obs-fold) or tell too late; since it has been over each byte, a request in which no
// field has a say in where the message ends is only cut into its parts.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <pushwire/request.hpp>

namespace pushwire::protocol {

enum class head_kind : std::uint8_t { request, response };

/// Views into the bytes that were parsed.
struct http_head {
    std::string_view method;   ///< request
    std::string_view target;   ///< request
    std::uint16_t status = 0;  ///< response
    int minor_version = 1;     ///< of HTTP/1: 0, or 1 for anything higher
    std::vector<header_field> fields;
    std::uint64_t body_bytes = 0;  ///< Content-Length, 0 without one
    bool chunked = false;          ///< the body has the chunked transfer coding
};

/// Parses a whole head, empty line included; false if it is malformed. `bytes` must outlive `head`, and is changed where
/// the minor version is above 1 (RFC 9110 2.5: such a message is taken as the highest known version).
[[nodiscard]] bool parse_head(head_kind kind, std::span<char> bytes, http_head& head);

/// The same by Beast's parser whatever the head says, which parse_head spares what needs none. Tests hold the two together.
[[nodiscard]] bool parse_head_by_beast(head_kind kind, std::span<char> bytes, http_head& head);

}  // namespace pushwire::protocol
