#include "net/proxy_header.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pushwire::net {
namespace {

using namespace std::string_view_literals;

constexpr auto text_signature = "PROXY "sv;
constexpr auto binary_signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t binary_fixed = 16;  // bytes up to the addresses
constexpr std::size_t addresses_v4 = 12;
constexpr std::size_t addresses_v6 = 36;
constexpr std::size_t addresses_unix = 216;

// The first word, which is cut off `text` with the space behind it.
std::string_view take_word(std::string_view& text) {
    const auto space = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    return word;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool leading_zero = text.size() > 1 && text.front() == '0';
    if (problem != std::errc{} || end != text.data() + text.size() || leading_zero) return std::nullopt;
    return port;
}

bool is_written_as(address_family family, std::string_view text) {
    return (text.find(':') != text.npos) == (family == address_family::ipv6);
}

}  // namespace

proxy_header::progress proxy_header::receive(std::span<const std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (const auto now = take(bytes[i]); now != state::incomplete) return {now, i + 1};
    }
    return {state::incomplete, bytes.size()};
}

proxy_header::state proxy_header::take(std::byte next) {
    const auto at = size_++;
    if (at < kept_.size()) kept_[at] = next;
    const auto c = static_cast<char>(next);
    if (at == 0) binary_ = c == binary_signature.front();
    const auto signature = binary_ ? binary_signature : text_signature;
    if (at < signature.size()) return c == signature[at] ? state::incomplete : state::malformed;
    return binary_ ? take_binary() : take_line(c);
}

std::string_view proxy_header::line() const {
    return {reinterpret_cast<const char*>(kept_.data()), std::min(size_, kept_.size())};
}

// ---------------------------------------------------------------- version 1

proxy_header::state proxy_header::take_line(char next) {
    const bool after_cr = kept_[size_ - 2] == std::byte{'\r'};
    if (after_cr) return next == '\n' ? read_line() : state::malformed;
    if (next == '\n' || size_ == longest_line) return state::malformed;
    return state::incomplete;
}

proxy_header::state proxy_header::read_line() {
    auto rest = line();
    rest.remove_prefix(text_signature.size());
    rest.remove_suffix(2);
    const auto protocol = take_word(rest);
    if (protocol == "UNKNOWN") return state::complete;  // what follows is to be ignored
    if (protocol != "TCP4" && protocol != "TCP6") return state::malformed;
    const auto family = protocol == "TCP4" ? address_family::ipv4 : address_family::ipv6;

    const auto source = take_word(rest);
    const auto destination = take_word(rest);
    const auto source_port = parse_port(take_word(rest));
    const auto destination_port = parse_port(rest);
    const auto from = parse_address(source);
    if (!from || !parse_address(destination) || !source_port || !destination_port) return state::malformed;
    if (!is_written_as(family, source) || !is_written_as(family, destination)) return state::malformed;
    client_ = *from;
    client_.port = *source_port;
    return state::complete;
}

// ---------------------------------------------------------------- version 2

proxy_header::state proxy_header::take_binary() {
    const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(kept_[i]); };
    switch (size_) {
        case 13: {  // the version is 2; commands are LOCAL and PROXY
            const auto is = byte(12);
            return is == 0x20 || is == 0x21 ? state::incomplete : state::malformed;
        }
        case 14: {  // families are UNSPEC, INET, INET6, UNIX; transports UNSPEC, STREAM, DGRAM
            const auto is = byte(13);
            return is >> 4 <= 3 && (is & 0xf) <= 2 ? state::incomplete : state::malformed;
        }
        case 15:
            return state::incomplete;
        case binary_fixed:
            expected_ = binary_fixed + (byte(14) << 8 | byte(15));
            break;
        default:
            break;
    }
    return size_ == expected_ ? read_addresses() : state::incomplete;
}

proxy_header::state proxy_header::read_addresses() {
    const auto length = expected_ - binary_fixed;
    const bool is_local = kept_[12] == std::byte{0x20};
    const auto family = std::to_integer<unsigned>(kept_[13]);
    if (is_local) return state::complete;
    const auto from = std::span{kept_}.subspan(binary_fixed);
    const auto read = [&](address_family which, std::size_t address_size, std::size_t port_at) {
        client_.family = which;
        std::ranges::transform(from.first(address_size), client_.bytes.begin(),
                               [](std::byte each) { return std::to_integer<std::uint8_t>(each); });
        client_.port = static_cast<std::uint16_t>(std::to_integer<unsigned>(from[port_at]) << 8 |
                                                  std::to_integer<unsigned>(from[port_at + 1]));
        client_ = unmapped(client_);
        return state::complete;
    };
    switch (family) {
        case 0x11:
            return length < addresses_v4 ? state::malformed : read(address_family::ipv4, 4, 8);
        case 0x21:
            return length < addresses_v6 ? state::malformed : read(address_family::ipv6, 16, 32);
        case 0x31:
            if (length < addresses_unix) return state::malformed;
            client_.family = address_family::unix_path;
            return state::complete;
        default:
            return state::complete;  // UNSPEC, or datagrams: nothing that could be a client of ours
    }
}

}  // namespace pushwire::net
