#pragma once
// A control frame that is kept: one that came in part, or a pong that waits.

#include <array>
#include <cstddef>
#include <span>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::protocol {

struct control_frame {
    frame_header header;
    std::size_t size = 0;  ///< bytes of the payload that are there
    std::array<std::byte, max_control_payload> bytes;

    [[nodiscard]] std::span<std::byte> payload() { return std::span{bytes}.first(size); }
};

}  // namespace pushwire::protocol
