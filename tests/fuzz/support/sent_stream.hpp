#pragma once
// What an endpoint sent, read as its peer would have to: written from the RFCs, without the code under test.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::fuzz {

/// A frame, unmasked.
struct sent_frame {
    std::uint8_t first = 0;  ///< FIN, the reserved bits and the opcode
    std::vector<std::byte> payload;

    [[nodiscard]] std::uint8_t opcode() const { return first & 0xf; }
};

/// Demands that `stream` is whole frames that `sender` may send (RFC 6455 5): masked or not by role, lengths in their
/// shortest form, messages that are not mixed, control frames short and whole, text and close bodies valid, and
/// after a close frame nothing but pongs (5.5.1 forbids data alone, and 5.5.2 wants pings answered until the peer's close).
std::vector<sent_frame> read_sent_frames(protocol::role sender, std::span<const std::byte> stream);

/// Demands that `stream`, all that a server sent, is whole responses, the answers to requests of these methods in their
/// order, and after a 101 frames.
void check_sent_by_server(std::span<const std::byte> stream, std::span<const std::string> methods);

/// Demands that `stream`, all that a client sent, is one request, and if that was `answered` frames.
void check_sent_by_client(std::span<const std::byte> stream, bool answered);

}  // namespace pushwire::fuzz
