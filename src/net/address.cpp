#include "net/address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace pushwire::net {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::string_view unix_prefix = "unix:";

bool is_mapped(const address& which) {
    return which.family == address_family::ipv6 &&
           std::ranges::equal(mapped_prefix, std::span{which.bytes}.first<12>());
}

address mapped_ipv4(const address& which) {
    address result{.family = address_family::ipv4, .port = which.port};
    std::ranges::copy(std::span{which.bytes}.last<4>(), result.bytes.begin());
    return result;
}

// inet_ntop's way goes through printf, which is dear for what each connection asks for.
std::string dotted(const address& which) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) {
        const unsigned byte = which.bytes[i];
        if (i != 0) text += '.';
        if (byte >= 100) text += static_cast<char>('0' + byte / 100);
        if (byte >= 10) text += static_cast<char>('0' + byte / 10 % 10);
        text += static_cast<char>('0' + byte % 10);
    }
    return text;
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw std::invalid_argument("\"" + std::string{text} + "\" is no endpoint: " + std::string{why} +
                                " (host:port, [v6]:port, *:port, or unix:/path)");
}

std::uint16_t parse_port(std::string_view text, std::string_view port) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (error == std::errc::result_out_of_range) refuse(text, "a port is at most 65535");
    if (error != std::errc{} || end != port.data() + port.size()) refuse(text, "the port must be a number");
    return value;
}

}  // namespace

address to_address(const ::sockaddr_storage& from) {
    address result;
    if (from.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
        result.family = address_family::ipv4;
        result.port = ntohs(v4.sin_port);
        std::memcpy(result.bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
    } else if (from.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
        result.family = address_family::ipv6;
        result.port = ntohs(v6.sin6_port);
        std::memcpy(result.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
        return unmapped(result);
    }
    if (from.ss_family == AF_UNIX) {
        result.family = address_family::unix_path;
    }
    return result;
}

std::optional<address> parse_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
    std::ranges::copy(text, terminated.begin());
    address result{.family = address_family::ipv4};
    if (::inet_pton(AF_INET, terminated.data(), result.bytes.data()) == 1) return result;
    result.family = address_family::ipv6;
    if (::inet_pton(AF_INET6, terminated.data(), result.bytes.data()) == 1) return unmapped(result);
    return std::nullopt;
}

address unmapped(const address& which) {
    return is_mapped(which) ? mapped_ipv4(which) : which;
}

std::string to_string(const address& which) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    switch (which.family) {
        case address_family::none:
            return "none";
        case address_family::unix_path:
            return "unix";
        case address_family::ipv4:
            return dotted(which);
        case address_family::ipv6:
            if (is_mapped(which)) return to_string(mapped_ipv4(which));
            ::inet_ntop(AF_INET6, which.bytes.data(), text.data(), text.size());
            break;
    }
    return text.data();
}

endpoint parse_endpoint(std::string_view text) {
    if (text.empty()) refuse(text, "it is empty");
    if (text.starts_with(unix_prefix)) {
        const std::string_view path = text.substr(unix_prefix.size());
        if (path.empty()) refuse(text, "the path is missing");
        if (path.find('\0') != std::string_view::npos) refuse(text, "a path has no zero byte");
        return {.host = {}, .port = 0, .unix_path = std::string{path}};
    }
    if (text.find("://") != std::string_view::npos) refuse(text, "it is written without a scheme");

    std::string_view host;
    std::string_view port;
    if (text.front() == '[') {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) refuse(text, "the closing bracket is missing");
        host = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        if (!rest.starts_with(':')) refuse(text, "the port is missing");
        port = rest.substr(1);
    } else {
        const std::size_t colon = text.rfind(':');
        if (colon == std::string_view::npos) refuse(text, "the port is missing");
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (host.find(':') != std::string_view::npos) refuse(text, "an IPv6 address stands in brackets");
    }
    if (host.empty()) refuse(text, "the host is missing; * means every address of this machine");
    if (port.empty()) refuse(text, "the port is missing");
    return {.host = std::string{host}, .port = parse_port(text, port), .unix_path = {}};
}

std::string to_string(const endpoint& which) {
    if (!which.unix_path.empty()) return std::string{unix_prefix} + which.unix_path;
    const bool brackets = which.host.find(':') != std::string::npos;
    return (brackets ? "[" + which.host + "]" : which.host) + ":" + std::to_string(which.port);
}

}  // namespace pushwire::net
