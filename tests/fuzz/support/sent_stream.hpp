#pragma once
// What an endpoint sent, read as its peer would have to: written from the RFCs, without the code under test.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pushwire/message.hpp>
#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/session.hpp>

namespace pushwire::fuzz {

/// A whole message, inflated.
struct sent_message {
    message_type type = message_type::text;
    std::vector<std::byte> data;
    bool fragmented = false;  ///< it came in several frames

    friend bool operator==(const sent_message&, const sent_message&) = default;
};

/// Demands that `stream` is whole frames that `sender` may send (RFC 6455 5): masked or not by role, lengths in their
/// shortest form, messages that are not mixed, control frames short and whole, text and close bodies valid, and
/// after a close frame nothing but pongs (5.5.1 forbids data alone, and 5.5.2 wants pings answered until the peer's close).
/// Where compression was `agreed` on, the first frame of a message may have RSV1 set, and its data then inflate within what
/// was agreed (RFC 7692 6, 7.1). Returns the messages.
std::vector<sent_message> read_sent_messages(protocol::role sender, std::span<const std::byte> stream,
                                             const protocol::deflate_agreement& agreed);

/// Demands that `stream`, all that a server sent, is whole responses, the answers to requests of these methods in their
/// order, and after a 101 frames. The 101 says whether compression is `agreed` on.
std::vector<sent_message> check_sent_by_server(std::span<const std::byte> stream,
                                               std::span<const std::string> methods,
                                               const protocol::deflate_agreement& agreed);

/// Demands that `stream`, all that a client sent, is one request, and if that was `answered` frames.
std::vector<sent_message> check_sent_by_client(std::span<const std::byte> stream, bool answered,
                                               const protocol::deflate_agreement& agreed);

}  // namespace pushwire::fuzz
