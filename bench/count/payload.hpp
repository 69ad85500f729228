#pragma once
// What the scenarios send: the same bytes at each run, and in buffers whose alignment does not depend on the heap.

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::count {

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

/// As the loop's buffer: what is received is changed where it lies, and comes anew each time.
class read_buffer {
  public:
    static constexpr std::size_t size = std::size_t{64} << 10;

    [[nodiscard]] std::span<std::byte> fill(std::span<const std::byte> with) {
        std::memcpy(bytes_->data, with.data(), with.size());
        return {bytes_->data, with.size()};
    }

  private:
    struct alignas(64) storage {
        std::byte data[size];
    };
    std::unique_ptr<storage> bytes_ = std::make_unique<storage>();
};

}  // namespace pushwire::count
