// Masking (RFC 6455 5.3), in vectors: every byte that a server receives passes here once.

#include "protocol/mask.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

// Plain vector extensions: g++ and clang make SSE2, AVX2 or NEON of them, and memcpy makes the access unaligned.
using vector_16 = std::uint32_t __attribute__((vector_size(16)));
using vector_32 = std::uint32_t __attribute__((vector_size(32)));

/// From so many bytes on it pays to choose a level, and to begin at a boundary of its vectors. A payload lies behind its
/// header, so that otherwise every fourth vector, or every second, would cross from one cache line to the next.
constexpr std::size_t long_least = 512;

/// `word` as it falls on what lies `bytes` further on.
std::uint32_t turned(std::uint32_t word, std::size_t bytes) {
    const auto bits = static_cast<int>(bytes % sizeof word * 8);
    return std::endian::native == std::endian::little ? std::rotr(word, bits) : std::rotl(word, bits);
}

template <class Chunk>
[[gnu::always_inline]] inline void mask_one(std::byte* at, const Chunk& pattern) {
    Chunk chunk;
    std::memcpy(&chunk, at, sizeof chunk);
    chunk ^= pattern;
    std::memcpy(at, &chunk, sizeof chunk);
}

/// It becomes what the function that it is inlined into may use.
template <class Vector>
[[gnu::always_inline]] inline void mask(std::span<std::byte> payload, std::uint32_t word) {
    const Vector pattern = Vector{} + word;
    constexpr auto size = sizeof pattern;
    auto* at = payload.data();
    auto left = payload.size();
    for (; left >= 4 * size; at += 4 * size, left -= 4 * size) {
        mask_one(at, pattern);
        mask_one(at + size, pattern);
        mask_one(at + 2 * size, pattern);
        mask_one(at + 3 * size, pattern);
    }
    for (; left >= size; at += size, left -= size) mask_one(at, pattern);
    for (; left >= sizeof word; at += sizeof word, left -= sizeof word) mask_one(at, word);
    const auto bytes = std::bit_cast<masking_key>(word);
    for (std::size_t i = 0; i < left; ++i) at[i] ^= bytes[i];
}

/// The same, but for what lies before the first boundary of a vector.
template <class Vector>
[[gnu::always_inline]] inline void mask_aligned(std::span<std::byte> payload, std::uint32_t word) {
    const auto distance = -reinterpret_cast<std::uintptr_t>(payload.data()) % sizeof(Vector);
    const auto before = std::min<std::size_t>(payload.size(), distance);
    mask<vector_16>(payload.first(before), word);
    mask<Vector>(payload.subspan(before), turned(word, before));
}

void mask_by_baseline(std::span<std::byte> payload, std::uint32_t word) {
    mask_aligned<vector_16>(payload, word);
}

// AVX-512 would be faster by half where the payload is in the first cache, by some 80 ns for 16 KiB, and not at all where it
// is not: too little for a third level.
#if defined __x86_64__
[[gnu::target("avx2")]] void mask_by_avx2(std::span<std::byte> payload, std::uint32_t word) {
    mask_aligned<vector_32>(payload, word);
}
#endif

void mask_long(mask_level level, std::span<std::byte> payload, std::uint32_t word) {
#if defined __x86_64__
    if (level == mask_level::avx2) return mask_by_avx2(payload, word);
#endif
    mask_by_baseline(payload, word);
}

}  // namespace

bool is_there(mask_level level) noexcept {
#if defined __x86_64__
    if (level == mask_level::avx2) return __builtin_cpu_supports("avx2") != 0;
#endif
    return level == mask_level::baseline;
}

void apply_mask(std::span<std::byte> payload, masking_key key, std::size_t offset) noexcept {
    const auto word = turned(std::bit_cast<std::uint32_t>(key), offset);
    if (payload.size() < long_least) return mask<vector_16>(payload, word);
    mask_long(is_there(mask_level::avx2) ? mask_level::avx2 : mask_level::baseline, payload, word);
}

void apply_mask_by(mask_level level, std::span<std::byte> payload, masking_key key,
                   std::size_t offset) noexcept {
    PUSHWIRE_ASSERT(is_there(level));
    mask_long(level, payload, turned(std::bit_cast<std::uint32_t>(key), offset));
}

}  // namespace pushwire::protocol
