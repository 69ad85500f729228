#pragma once
// Where a socket is: IPv4, IPv6 or a Unix path. A value of fixed size, without the system's headers.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr_storage;

namespace pushwire::net {

enum class address_family : std::uint8_t { none, ipv4, ipv6, unix_path };

/// The remote end of a connection. Unix peers have no name.
struct address {
    address_family family = address_family::none;
    std::uint16_t port = 0;
    std::array<std::uint8_t, 16> bytes{};  ///< in the order of the network; IPv4 in the first four

    friend bool operator==(const address&, const address&) = default;
};

/// From the system's form. An IPv4-mapped IPv6 address becomes the IPv4 one it is.
[[nodiscard]] address to_address(const ::sockaddr_storage& from);

/// From the notation of numbers, without port and brackets: "192.0.2.7", "2001:db8::7". nullopt for anything else.
[[nodiscard]] std::optional<address> parse_address(std::string_view text);
/// An IPv4-mapped IPv6 address becomes the IPv4 one it is.
[[nodiscard]] address unmapped(const address& which);

/// "192.0.2.7", "2001:db8::7" (IPv4-mapped IPv6 as IPv4), "unix".
[[nodiscard]] std::string to_string(const address& which);

/// Where to listen, as it was written: a host (name or number) with a port, or a path.
struct endpoint {
    std::string host;  ///< empty for a Unix socket
    std::uint16_t port = 0;
    std::string unix_path;

    friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Parses "host:port", "[v6]:port", "*:port" and "unix:/path". Throws std::invalid_argument with a text that says what
/// is wrong and how it is written.
[[nodiscard]] endpoint parse_endpoint(std::string_view text);
/// The same notation again.
[[nodiscard]] std::string to_string(const endpoint& which);

}  // namespace pushwire::net
