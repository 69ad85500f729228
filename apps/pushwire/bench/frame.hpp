#pragma once
// Frames of a server that cannot be known beforehand: pings, close frames, what is compressed, what nobody expected.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pushwire::bench {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr std::byte compressed_bit{0x40};  // RSV1 (RFC 7692 6)

/// A frame, put together from what arrives.
class frame_collector {
  public:
    /// Takes what belongs to the frame under way, and says how much that was. Throws failure if it would be longer
    /// than `most` bytes, or is masked.
    std::size_t take(std::span<const std::byte> received, std::size_t most);

    [[nodiscard]] bool is_empty() const { return bytes_.empty(); }
    [[nodiscard]] bool is_whole() const { return total_ != 0 && bytes_.size() == total_; }
    void clear();

    /// Of a whole frame.
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
    [[nodiscard]] std::byte first() const { return bytes_.front(); }
    [[nodiscard]] bench::opcode opcode() const {
        return static_cast<bench::opcode>(first() & std::byte{0x0f});
    }
    [[nodiscard]] std::span<const std::byte> payload() const { return bytes().subspan(header_); }

  private:
    void read_header(std::size_t most);

    std::vector<std::byte> bytes_;
    std::size_t header_ = 0;  // bytes; 0 while the length is not known, as is total_
    std::size_t total_ = 0;
};

/// The pong that answers a ping, masked.
[[nodiscard]] std::vector<std::byte> pong_for(const frame_collector& ping);

/// "a close frame with code 1001, going away", and the like.
[[nodiscard]] std::string describe_close(const frame_collector& frame);

/// What a frame that begins with this byte is: "a text message", or its value.
[[nodiscard]] std::string describe_first(std::byte first);

}  // namespace pushwire::bench
