// The frame header, byte by byte: each check is made as soon as the bytes it needs are there, so that a peer's
// mistake is told at the same place however its bytes were cut.

#include <algorithm>
#include <cstring>

#include <pushwire/protocol/frame.hpp>

#include "protocol/first_byte.hpp"

namespace pushwire::protocol {
namespace {

constexpr unsigned at(std::span<const std::byte> bytes, std::size_t i) {
    return std::to_integer<unsigned>(bytes[i]);
}

constexpr bool is_reserved(unsigned code) {
    return (code & 0x7) > 2;
}  // RFC 6455 5.2: 3 to 7, 11 to 15

/// The first byte: RFC 6455 5.2, 5.5.
error check_first_byte(const frame_header& header, std::uint8_t negotiated) {
    if ((header.reserved & ~negotiated) != 0) return error::reserved_bit;
    // RFC 7692 6.1: not on control frames, nor on later fragments.
    const bool begins = header.opcode == opcode::text || header.opcode == opcode::binary;
    if (header.reserved != 0 && !begins && !is_reserved(static_cast<unsigned>(header.opcode))) {
        return error::compressed_bit_misplaced;
    }
    if (is_reserved(static_cast<unsigned>(header.opcode))) return error::reserved_opcode;
    if (is_control(header.opcode) && !header.fin) return error::control_frame_fragmented;
    return error::none;
}

/// The second byte: RFC 6455 5.1, 5.5.
error check_second_byte(const frame_header& header, unsigned length, role receiver) {
    if (receiver == role::server && !header.masked) return error::mask_missing;
    if (receiver == role::client && header.masked) return error::mask_forbidden;
    if (is_control(header.opcode) && length > max_control_payload) return error::control_frame_too_long;
    return error::none;
}

/// What is there of an extended length of `size` bytes. RFC 6455 5.2: "the minimal number of bytes MUST be used", and
/// "the most significant bit MUST be 0".
error check_extended_length(std::span<const std::byte> bytes, std::size_t size) {
    if (size == 2) {
        if (bytes.size() == 2 && at(bytes, 0) == 0 && at(bytes, 1) < 126) return error::length_not_shortest;
        return error::none;
    }
    if (!bytes.empty() && at(bytes, 0) >= 0x80) return error::length_too_large;
    constexpr std::size_t above_two_bytes = 6;  // all zero: the value fits in the two that follow
    const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
    if (bytes.size() >= above_two_bytes && std::ranges::all_of(bytes.first(above_two_bytes), is_zero)) {
        return error::length_not_shortest;
    }
    return error::none;
}

}  // namespace

frame_header_parse parse_frame_header(std::span<const std::byte> bytes, role receiver,
                                      std::uint8_t negotiated) noexcept {
    frame_header_parse result;
    auto& header = result.header;

    if (bytes.empty()) return result;
    const auto first = at(bytes, 0);
    header.fin = (first & 0x80) != 0;
    header.reserved = static_cast<std::uint8_t>((first >> 4) & 0x7);
    header.opcode = static_cast<opcode>(first & 0xf);
    result.why = check_first_byte(header, negotiated);
    if (result.why != error::none || bytes.size() < 2) return result;

    const auto second = at(bytes, 1);
    const auto length = second & 0x7f;
    header.masked = (second & 0x80) != 0;
    result.why = check_second_byte(header, length, receiver);
    if (result.why != error::none) return result;

    std::size_t size = 2;
    header.payload_length = length;
    if (length >= 126) {
        const std::size_t extended_size = length == 126 ? 2 : 8;
        const auto extended = bytes.subspan(2, std::min(bytes.size() - 2, extended_size));
        result.why = check_extended_length(extended, extended_size);
        if (result.why != error::none || extended.size() < extended_size) return result;
        header.payload_length = 0;
        for (const auto byte : extended) {
            header.payload_length = header.payload_length << 8 | std::to_integer<std::uint64_t>(byte);
        }
        size += extended_size;
    }

    if (header.masked) {
        if (bytes.size() < size + header.key.size()) return result;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(size), header.key.size(), header.key.begin());
        size += header.key.size();
    }
    result.size = size;
    return result;
}

std::size_t encode_frame_header(const frame_header& header, std::byte* out) noexcept {
    const auto length = header.payload_length;
    const std::size_t extended_size = length > 0xffff ? 8 : length > 125 ? 2 : 0;
    const auto short_length = extended_size == 8   ? 127u
                              : extended_size == 2 ? 126u
                                                   : static_cast<unsigned>(length);

    // RFC 6455 5.2: the length in its shortest form, in network byte order
    auto* to = out;
    *to++ = first_byte(header);
    *to++ = static_cast<std::byte>((header.masked ? 0x80u : 0u) | short_length);
    for (auto left = extended_size; left-- > 0;) *to++ = static_cast<std::byte>(length >> (8 * left) & 0xff);
    if (header.masked) to = std::ranges::copy(header.key, to).out;
    return static_cast<std::size_t>(to - out);
}

std::size_t encode_frame(frame_header header, std::span<const std::byte> payload, std::byte* out) noexcept {
    header.payload_length = payload.size();
    const auto header_size = encode_frame_header(header, out);
    if (payload.empty()) return header_size;
    std::memcpy(out + header_size, payload.data(), payload.size());
    if (header.masked) apply_mask({out + header_size, payload.size()}, header.key);
    return header_size + payload.size();
}

}  // namespace pushwire::protocol
