#pragma once
// The header of a WebSocket frame (RFC 6455 5.2), parsed and encoded. Pure, and without state.
//
//   byte 0         byte 1          then                     then
//   F R R R op op  M  length       0, 2 or 8 bytes of       0 or 4 bytes of
//   I S S S co de  A  (7 bits)     extended length          masking key
//   N V V V        SK
//
// It is not the place for what depends on the frames before: that is protocol::session.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <pushwire/error.hpp>

namespace pushwire::protocol {

/// Which end of the connection this is. A client masks what it sends, a server does not (RFC 6455 5.1).
enum class role : std::uint8_t { server, client };

/// RFC 6455 5.2, 11.8.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Control frames have the highest bit of the opcode set (RFC 6455 5.5).
[[nodiscard]] constexpr bool is_control(opcode code) {
    return (static_cast<std::uint8_t>(code) & 0x8) != 0;
}

using masking_key = std::array<std::byte, 4>;  ///< in the order of the wire

inline constexpr std::size_t max_frame_header = 14;      ///< bytes
inline constexpr std::size_t max_control_payload = 125;  ///< bytes (RFC 6455 5.5)

struct frame_header {
    bool fin = true;
    std::uint8_t reserved = 0;  ///< RSV1 is 4, RSV2 is 2, RSV3 is 1
    protocol::opcode opcode = opcode::text;
    bool masked = false;
    masking_key key{};
    std::uint64_t payload_length = 0;  ///< bytes
};

/// What `parse_frame_header` found at the start of some bytes.
struct frame_header_parse {
    frame_header header;
    std::size_t size = 0;               ///< of the header, in bytes; 0 while more bytes are needed
    pushwire::error why = error::none;  ///< set as soon as the bytes there cannot begin a valid frame
};

inline constexpr std::uint8_t compressed_bit = 4;  ///< of `reserved`: the message is compressed (RFC 7692 6)

/// Parses the header of a frame sent *to* `receiver`: everything that RFC 6455 5.2 and 5.5 say about one frame
/// alone (reserved bits and opcodes, the mask by role, shortest-form lengths, control frames short and whole).
/// `negotiated`: the reserved bits that an extension in use gives a meaning, none or `compressed_bit`.
[[nodiscard]] frame_header_parse parse_frame_header(std::span<const std::byte> bytes, role receiver,
                                                    std::uint8_t negotiated = 0) noexcept;

/// Writes `header` in its shortest form to `out`, which has room for `max_frame_header` bytes; returns its size.
std::size_t encode_frame_header(const frame_header& header, std::byte* out) noexcept;

/// The size of the header that `encode_frame_header` writes, in bytes.
[[nodiscard]] constexpr std::size_t frame_header_size(std::uint64_t payload_length, bool masked) {
    return 2u + (payload_length > 0xffff ? 8u : payload_length > 125 ? 2u : 0u) + (masked ? 4u : 0u);
}

/// Writes a whole frame to `out`, which has room for its header and `payload`: the payload masked where `header` says so.
/// The length is `payload`'s, whatever `header` says. Returns the frame's size.
std::size_t encode_frame(frame_header header, std::span<const std::byte> payload, std::byte* out) noexcept;

/// Masks or unmasks `payload` in place (RFC 6455 5.3). `offset` is the place of its first byte in the frame.
void apply_mask(std::span<std::byte> payload, masking_key key, std::size_t offset = 0) noexcept;

}  // namespace pushwire::protocol
