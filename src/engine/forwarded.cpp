#include "engine/forwarded.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace pushwire::engine {
namespace {

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

// "192.0.2.7", "192.0.2.7:51234", "2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:51234", and nginx's "unix:".
std::optional<net::address> parse_hop(std::string_view text) {
    if (text == "unix:" || text == "unix") return net::address{.family = net::address_family::unix_path};
    if (auto plain = net::parse_address(text)) return plain;
    const bool brackets = text.starts_with('[');
    const auto end = text.find(brackets ? ']' : ':');
    if (end == text.npos) return std::nullopt;
    auto read = net::parse_address(brackets ? text.substr(1, end - 1) : text.substr(0, end));
    auto rest = text.substr(brackets ? end + 1 : end);
    if (!read || rest.empty()) return read;
    const auto port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port) return std::nullopt;
    read->port = *port;
    return read;
}

}  // namespace

net::address client_behind(const net::address& peer, const header_fields& headers,
                           const net::address_set& trusted) {
    auto client = peer;
    if (!trusted.contains(client)) return client;
    // Each proxy appends whom it saw, so the way back is from the right, over all the fields.
    const auto begin = headers.begin();
    for (auto field = headers.end(); field != begin;) {
        --field;
        if (!equal_ignoring_case(field->name, "x-forwarded-for")) continue;
        for (auto rest = field->value;;) {
            const auto comma = rest.rfind(',');
            const auto hop = parse_hop(trim(comma == rest.npos ? rest : rest.substr(comma + 1)));
            if (!hop) return client;
            client = *hop;
            if (!trusted.contains(client)) return client;
            if (comma == rest.npos) break;
            rest = rest.substr(0, comma);
        }
    }
    return client;
}

}  // namespace pushwire::engine
