#pragma once
// A fuzzer's input, read from the front. Once it is used up, every number is 0 and every run of bytes is empty, so that
// each input means something, and cutting one short changes its end alone.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace pushwire::fuzz {

class byte_source {
  public:
    explicit byte_source(std::span<const std::uint8_t> input) : rest_{std::as_bytes(input)} {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u24() { return number(3); }
    std::uint32_t u32() { return number(4); }

    /// At most `most` bytes, views into the input.
    std::span<const std::byte> take(std::size_t most) {
        const auto taken = rest_.first(std::min(most, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    std::span<const std::byte> take_rest() { return take(rest_.size()); }

  private:
    std::uint32_t number(std::size_t size) {
        std::uint32_t value = 0;
        for (const auto byte : take(size)) value = value << 8 | std::to_integer<std::uint32_t>(byte);
        return value;
    }

    std::span<const std::byte> rest_;
};

inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// How an input is cut into reads, from one byte of it: whole, byte by byte, or in pieces of up to 3, 16 or 300 bytes.
class cuts {
  public:
    explicit cuts(std::uint8_t seed)
        : state_{seed * 2654435761u + 1}, longest_{lengths[seed % std::size(lengths)]} {}

    /// The size of the next piece of `left` bytes, at least 1.
    std::size_t next(std::size_t left) {
        state_ = state_ * 1664525u + 1013904223u;
        return longest_ == 0 ? left : std::min<std::size_t>(left, 1 + (state_ >> 16) % longest_);
    }

  private:
    static constexpr std::uint32_t lengths[] = {0, 1, 3, 16, 300};

    std::uint32_t state_;
    std::uint32_t longest_;
};

/// Calls `receive` with each piece, in a buffer of its exact size that ends with the call; stops when that says false.
template <class Receive>
void feed_in_pieces(std::span<const std::byte> input, cuts cut, Receive&& receive) {
    while (!input.empty()) {
        const auto size = cut.next(input.size());
        std::vector<std::byte> piece(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
        if (!receive(std::span{piece})) return;
        input = input.subspan(size);
    }
}

}  // namespace pushwire::fuzz
