#include "frame.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr auto masked_bit = std::byte{0x80};

std::size_t length_bytes(std::byte second) {
    const auto length = std::to_integer<unsigned>(second & ~masked_bit);
    return length == 126 ? 2 : length == 127 ? 8 : 0;
}

}  // namespace

std::size_t frame_collector::take(std::span<const std::byte> received, std::size_t most) {
    std::size_t taken = 0;
    while (taken < received.size() && !is_whole()) {
        // The header byte by byte, since it says how long it is; the rest at once.
        const auto wanted = total_ ? total_ - bytes_.size() : 1;
        const auto part = received.subspan(taken, std::min(wanted, received.size() - taken));
        bytes_.insert(bytes_.end(), part.begin(), part.end());
        taken += part.size();
        if (total_ == 0) read_header(most);
    }
    return taken;
}

void frame_collector::read_header(std::size_t most) {
    if (bytes_.size() < 2) return;
    if ((bytes_[1] & masked_bit) != std::byte{})
        throw failure{"the server sent a masked frame (RFC 6455 5.1)"};
    const auto extended = length_bytes(bytes_[1]);
    if (bytes_.size() < 2 + extended) return;
    std::uint64_t length = std::to_integer<unsigned>(bytes_[1]);
    if (extended) length = 0;
    for (const auto each : std::span{bytes_}.subspan(2, extended))
        length = length << 8 | std::to_integer<unsigned>(each);
    if (length > most) throw failure{fmt::format("the server sent a frame of {} bytes", length)};
    header_ = 2 + extended;
    total_ = header_ + length;
}

void frame_collector::clear() {
    bytes_.clear();
    header_ = total_ = 0;
}

std::vector<std::byte> pong_for(const frame_collector& ping) {
    // Masking with zeros changes nothing, and is masking all the same (RFC 6455 5.3).
    constexpr std::size_t header = 6;
    const auto payload = ping.payload();
    std::vector<std::byte> result(header + payload.size());
    result[0] = std::byte{0x8a};
    result[1] = masked_bit | static_cast<std::byte>(payload.size());
    std::ranges::copy(payload, result.begin() + header);
    return result;
}

std::string describe_close(const frame_collector& frame) {
    const auto payload = frame.payload();
    if (payload.size() < 2) return "a close frame without a code";
    const auto code = std::to_integer<unsigned>(payload[0]) << 8 | std::to_integer<unsigned>(payload[1]);
    std::string reason;
    for (const auto each : payload.subspan(2)) {
        const auto letter = static_cast<char>(each);
        reason += letter >= 0 && letter < ' ' ? '?' : letter;
    }
    return fmt::format("a close frame with code {}{}{}", code, reason.empty() ? "" : ": ", reason);
}

std::string describe_first(std::byte first) {
    const auto number = std::to_integer<unsigned>(first);
    const auto what = [&]() -> std::string_view {
        switch (number) {
            case 0x81:
                return "a text message";
            case 0x82:
                return "a binary message";
            case 0xc1:
            case 0xc2:
                return "a compressed message";
            case 0x01:
            case 0x02:
                return "the first fragment of a message";
            case 0x88:
                return "a close frame";
            case 0x89:
                return "a ping";
            case 0x8a:
                return "a pong";
            default:
                return "";
        }
    }();
    return what.empty() ? fmt::format("0x{:02x}", number) : fmt::format("0x{:02x} ({})", number, what);
}

}  // namespace pushwire::bench
