#pragma once
// How a frame begins, for those who write it.

#include <cstddef>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::protocol {

/// FIN, the reserved bits and the opcode (RFC 6455 5.2).
[[nodiscard]] constexpr std::byte first_byte(const frame_header& header) {
    return static_cast<std::byte>((header.fin ? 0x80u : 0u) | static_cast<unsigned>(header.reserved) << 4 |
                                  static_cast<unsigned>(header.opcode));
}

}  // namespace pushwire::protocol
