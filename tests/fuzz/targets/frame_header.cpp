// Frame headers: what is parsed is what RFC 6455 5.2 says, more bytes never change a verdict, and encoding gives the bytes back.

#include <algorithm>
#include <cstring>
#include <optional>

#include <pushwire/protocol/frame.hpp>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;

/// The whole header at the start of `bytes`, by the letter of the RFC; nullopt if it is cut off, or not valid for `receiver`.
std::optional<frame_header> read_by_the_letter(std::span<const std::byte> bytes, role receiver) {
    const auto at = [&](std::size_t i) { return std::to_integer<std::uint64_t>(bytes[i]); };
    if (bytes.size() < 2) return std::nullopt;
    frame_header header;
    header.fin = at(0) >= 128;
    header.opcode = static_cast<opcode>(at(0) % 16);
    header.masked = at(1) >= 128;
    const bool known = at(0) % 16 <= 2 || (at(0) % 16 >= 8 && at(0) % 16 <= 10);
    if (!known || (at(0) & 0x70) != 0 || header.masked != (receiver == role::server)) return std::nullopt;

    std::size_t size = 2;
    header.payload_length = at(1) % 128;
    if (header.payload_length >= 126) {
        const std::size_t extended = header.payload_length == 126 ? 2 : 8;
        if (bytes.size() < size + extended) return std::nullopt;
        header.payload_length = 0;
        for (std::size_t i = 0; i < extended; ++i)
            header.payload_length = header.payload_length * 256 + at(size + i);
        if (header.payload_length < (extended == 2 ? 126 : 65536) || header.payload_length >> 63 != 0)
            return std::nullopt;
        size += extended;
    }
    const bool control = at(0) % 16 >= 8;
    if (control && (!header.fin || header.payload_length > 125)) return std::nullopt;
    if (header.masked) {
        if (bytes.size() < size + 4) return std::nullopt;
        std::memcpy(header.key.data(), bytes.data() + size, 4);
    }
    return header;
}

void check(std::span<const std::byte> bytes, role receiver) {
    // The verdict at each length of what is there.
    const auto most = std::min(bytes.size(), max_frame_header + 2);
    frame_header_parse last;
    for (std::size_t there = 0; there <= most; ++there) {
        const std::vector<std::byte> exactly(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(there));
        const auto parsed = parse_frame_header(exactly, receiver);
        FUZZ_CHECK(parsed.size == 0 || parsed.why == error::none);
        FUZZ_CHECK(parsed.size <= there);
        if (last.size != 0) FUZZ_CHECK(parsed.size == last.size);
        if (last.why != error::none) FUZZ_CHECK(parsed.why == last.why);
        FUZZ_CHECK((parsed.size != 0) == read_by_the_letter(exactly, receiver).has_value());
        last = parsed;
    }
    // Any 14 bytes are a header, or not.
    if (bytes.size() >= max_frame_header) FUZZ_CHECK(last.size != 0 || last.why != error::none);
    if (last.size == 0) return;

    const auto expected = read_by_the_letter(bytes, receiver);
    const auto& found = last.header;
    FUZZ_CHECK(found.fin == expected->fin && found.reserved == 0 && found.opcode == expected->opcode);
    FUZZ_CHECK(found.masked == expected->masked && found.payload_length == expected->payload_length);
    FUZZ_CHECK(!found.masked || found.key == expected->key);

    std::byte encoded[max_frame_header];
    FUZZ_CHECK(encode_frame_header(found, encoded) == last.size);
    FUZZ_CHECK(frame_header_size(found.payload_length, found.masked) == last.size);
    FUZZ_CHECK(std::equal(encoded, encoded + last.size, bytes.begin()));
}

/// Masking is that of RFC 6455 5.3, from any offset, wherever it is cut.
void check_masking(std::span<const std::byte> payload, masking_key key, std::uint8_t seed) {
    std::vector<std::byte> masked(payload.begin(), payload.end());
    cuts cut{seed};
    for (std::size_t at = 0; at < masked.size();) {
        const auto size = cut.next(masked.size() - at);
        apply_mask(std::span{masked}.subspan(at, size), key, at);
        at += size;
    }
    for (std::size_t i = 0; i < masked.size(); ++i) FUZZ_CHECK(masked[i] == (payload[i] ^ key[i % 4]));
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire;
    const auto bytes = std::as_bytes(std::span{data, size});
    fuzz::check(bytes, protocol::role::server);
    fuzz::check(bytes, protocol::role::client);

    fuzz::byte_source source{{data, size}};
    const auto seed = source.u8();
    protocol::masking_key key{};
    std::ranges::copy(source.take(key.size()), key.begin());
    fuzz::check_masking(source.take_rest(), key, seed);
    return 0;
}
