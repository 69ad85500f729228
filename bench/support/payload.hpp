#pragma once
// What scenarios and benchmarks send: the same bytes at each run, and in buffers whose alignment does not depend on the heap.

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::bench {

inline std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

/// `unit` again and again, cut at `size`.
inline std::string repeated(std::string_view unit, std::size_t size) {
    std::string text;
    while (text.size() + unit.size() <= size) text += unit;
    text.append(size - text.size(), '.');
    return text;
}

/// JSON as sensors send it.
inline std::string readings(std::size_t size) {
    std::string text;
    for (unsigned i = 1; text.size() < size; ++i) {
        text += "{\"sensor\": " + std::to_string(i * 7919 % 100) +
                ", \"temperature\": " + std::to_string(i * 104'729 % 4000) + ", \"unit\": \"celsius\"}\n";
    }
    text.resize(size);
    return text;
}

/// A whole frame as a client sends it.
inline std::vector<std::byte> from_client(protocol::opcode code, std::string_view payload, bool fin = true,
                                          std::uint8_t reserved = 0) {
    std::vector<std::byte> frame(protocol::max_frame_header + payload.size());
    const protocol::frame_header header{
        .fin = fin,
        .reserved = reserved,
        .opcode = code,
        .masked = true,
        .key = {std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}}};
    frame.resize(protocol::encode_frame(header, as_bytes(payload), frame.data()));
    return frame;
}

/// Bytes that begin at the boundary of a cache line.
class aligned_bytes {
  public:
    explicit aligned_bytes(std::size_t size)
        : bytes_{static_cast<std::byte*>(::operator new(size, line))}, size_{size} {
        std::memset(bytes_.get(), 'a', size);
    }
    [[nodiscard]] std::span<std::byte> bytes() const { return {bytes_.get(), size_}; }

  private:
    static constexpr std::align_val_t line{64};
    struct free_line {
        void operator()(std::byte* bytes) const { ::operator delete(bytes, line); }
    };
    std::unique_ptr<std::byte, free_line> bytes_;
    std::size_t size_;
};

/// As a loop's: what is received is changed where it lies, and comes anew each time.
class read_buffer {
  public:
    static constexpr std::size_t size = std::size_t{64} << 10;

    [[nodiscard]] std::span<std::byte> fill(std::span<const std::byte> with) {
        std::memcpy(room_.bytes().data(), with.data(), with.size());
        return room_.bytes().first(with.size());
    }

  private:
    aligned_bytes room_{size};
};

}  // namespace pushwire::bench
