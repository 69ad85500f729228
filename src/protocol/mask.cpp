// Masking (RFC 6455 5.3), in vectors: every byte that a server receives passes here once.

#include <cstring>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::protocol {
namespace {

// Plain vector extensions: g++ and clang make SSE2 or NEON of them, and memcpy makes the access unaligned.
using vector_of_words = std::uint32_t __attribute__((vector_size(16)));

void mask_16_bytes(std::byte* at, vector_of_words pattern) {
    vector_of_words chunk;
    std::memcpy(&chunk, at, sizeof chunk);
    chunk ^= pattern;
    std::memcpy(at, &chunk, sizeof chunk);
}

}  // namespace

void apply_mask(std::span<std::byte> payload, masking_key key, std::size_t offset) noexcept {
    masking_key turned;  // the key as it falls on payload[0]
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) % key.size()];
    std::uint32_t word;
    std::memcpy(&word, turned.data(), sizeof word);
    const vector_of_words pattern{word, word, word, word};

    auto* at = payload.data();
    auto left = payload.size();
    for (; left >= 64; at += 64, left -= 64) {
        mask_16_bytes(at, pattern);
        mask_16_bytes(at + 16, pattern);
        mask_16_bytes(at + 32, pattern);
        mask_16_bytes(at + 48, pattern);
    }
    for (; left >= 16; at += 16, left -= 16) mask_16_bytes(at, pattern);
    for (; left >= 4; at += 4, left -= 4) {
        std::uint32_t chunk;
        std::memcpy(&chunk, at, sizeof chunk);
        chunk ^= word;
        std::memcpy(at, &chunk, sizeof chunk);
    }
    for (std::size_t i = 0; i < left; ++i) at[i] ^= turned[i];
}

}  // namespace pushwire::protocol
