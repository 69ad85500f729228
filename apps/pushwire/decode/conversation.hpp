#pragma once
// What has to be known of a conversation, of which the bytes show one direction: who speaks, where they begin, and what the
// other direction said.

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/protocol/frame.hpp>

namespace pushwire::decode {

struct conversation {
    protocol::role from = protocol::role::client;  ///< who sent the bytes
    bool opening = false;  ///< they begin with the opening handshake, not with a frame

    /// What their sender and the other end agree on, or would. A server's answer is judged by it, too.
    pushwire::compression compression = {};
    bool compression_is_known = false;  ///< otherwise what a client offers is taken as agreed on

    std::string key = {};          ///< of the request to which a response is the answer; empty: nobody knows
    std::string subprotocol = {};  ///< that the client of that request offered
    /// Of the value of Sec-WebSocket-Accept in the bytes, where it cannot be judged without a key.
    std::optional<std::size_t> accept_at = {};

    [[nodiscard]] protocol::role receiver() const {
        return from == protocol::role::client ? protocol::role::server : protocol::role::client;
    }
};

/// An opening handshake that is known to be right (RFC 6455 1.3).
inline constexpr std::string_view known_key = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr std::string_view known_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Takes every compressed message, whatever parameters were agreed on: a window of the full size, and context both ways.
[[nodiscard]] pushwire::compression any_compression();

/// As a server's answer says it: "permessage-deflate; client_max_window_bits=10". The error row if it is none.
[[nodiscard]] std::expected<pushwire::compression, error> agreed_compression(std::string_view answer);

/// How bytes begin.
struct beginning {
    protocol::role from;
    bool opening;
};
inline constexpr std::size_t enough_to_tell = 10;  ///< bytes

/// An HTTP request is a client's, a response a server's, and frames are a client's if the first one is masked.
[[nodiscard]] beginning how_it_begins(std::span<const std::byte> first);

/// Whether a server's response begins here of which more is needed for `note_response`.
[[nodiscard]] bool is_unfinished_response(std::span<const std::byte> first);

/// Notes what a response says that only the request could confirm: a sub-protocol counts as offered, and without a key,
/// a Sec-WebSocket-Accept of the right form as its answer.
void note_response(std::span<const std::byte> first, conversation& in);

}  // namespace pushwire::decode
