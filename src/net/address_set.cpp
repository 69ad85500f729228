#include "net/address_set.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace pushwire::net {
namespace {

constexpr std::array<std::uint8_t, 16> loopback_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw std::invalid_argument("\"" + std::string{text} + "\" is no set of addresses: " + std::string{why} +
                                " (192.0.2.7, 10.0.0.0/8, 2001:db8::/32, loopback, or unix)");
}

bool share_bits(const address& a, const address& b, unsigned bits) {
    const auto whole = bits / 8;
    if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || (a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest) == 0;
}

}  // namespace

bool is_loopback(const address& which) {
    if (which.family == address_family::ipv4) return which.bytes[0] == 127;
    return which.family == address_family::ipv6 && which.bytes == loopback_v6;
}

address_set::address_set(std::span<const std::string> written) {
    for (const auto& each : written) add(each);
}

void address_set::add(std::string_view text) {
    if (text == "unix") {
        unix_ = true;
        return;
    }
    if (text == "loopback") {
        add("127.0.0.0/8");
        add("::1");
        return;
    }
    const auto slash = text.find('/');
    const auto first = parse_address(text.substr(0, slash));
    if (!first) refuse(text, "the address must be a number");
    const unsigned all = first->family == address_family::ipv4 ? 32 : 128;
    unsigned bits = all;
    if (slash != text.npos) {
        const auto length = text.substr(slash + 1);
        const auto [end, problem] = std::from_chars(length.data(), length.data() + length.size(), bits);
        if (problem != std::errc{} || end != length.data() + length.size() || bits > all) {
            refuse(text, "after the slash comes a number of bits, at most " + std::to_string(all));
        }
    }
    blocks_.push_back({*first, bits});
}

bool address_set::contains(const address& which) const {
    if (which.family == address_family::unix_path) return unix_;
    return std::ranges::any_of(blocks_, [&](const block& each) {
        return each.first.family == which.family && share_bits(each.first, which, each.bits);
    });
}

}  // namespace pushwire::net
