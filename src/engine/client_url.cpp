#include "engine/client_url.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace pushwire::engine {
namespace {

constexpr std::string_view unix_scheme = "ws+unix:";

std::uint16_t usual_port(bool tls) {
    return tls ? 443 : 80;
}

std::string in_brackets(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// What a terminal would obey, and what would end the text, as "\x1b".
std::string shown(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string all;
    for (const char each : text) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte >= ' ' && byte != 0x7f) {
            all += each;
        } else {
            all += "\\x";
            all += digits[byte >> 4];
            all += digits[byte & 15];
        }
    }
    return all;
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw std::invalid_argument{
        "\"" + shown(text) + "\" " + why +
        ": write ws://HOST[:PORT][/PATH], wss://… or ws+unix:/PATH/OF/SOCKET[:/PATH]"};
}

/// RFC 3986 3.2.2, but for what only a resolver can judge.
bool is_name(std::string_view host) {
    return host.find_first_of("\"<>[]\\^`{|}") == std::string_view::npos;
}

/// The same, with the name of an interface behind it as in "fe80::1%eth0" (RFC 4007 11).
bool is_ipv6(std::string_view host) {
    const auto address = host.substr(0, host.find('%'));
    return address.contains(':') &&
           address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos && is_name(host);
}

/// What stands behind the host: nothing, or a colon and a number.
std::uint16_t parse_port(std::string_view from, bool tls, std::string_view text) {
    if (from.empty() || from == ":") return usual_port(tls);
    std::uint16_t port = 0;
    const auto digits = from.substr(1);
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool is_port =
        from.front() == ':' && wrong == std::errc{} && end == digits.data() + digits.size() && port != 0;
    if (!is_port) refuse(text, "has no port of 1 to 65535 behind its host");
    return port;
}

/// Nothing that ends a request line, or that a URL would have percent-encoded (RFC 3986 2).
void check_characters(std::string_view part, std::string_view text) {
    const bool is_clean = std::ranges::all_of(part, [](char each) { return each > ' ' && each < 0x7f; });
    if (!is_clean) refuse(text, "has a character in it that has to be percent-encoded");
    if (part.contains('#')) refuse(text, "has a fragment, which such a URL must not have");  // RFC 6455 3
}

// "ws+unix:/run/server.sock:/chat?x=1": the path of the socket ends at the first colon.
client_url parse_unix(std::string_view text) {
    client_url parsed;
    const auto rest = text.substr(unix_scheme.size());
    const auto colon = rest.find(':');
    parsed.host = "localhost";
    parsed.unix_path = rest.substr(0, colon);
    if (!parsed.unix_path.starts_with('/')) refuse(text, "names no socket by its whole path");
    if (colon != std::string_view::npos) parsed.target = rest.substr(colon + 1);
    if (!parsed.target.starts_with('/')) refuse(text, "has no path behind the socket's");
    if (parsed.unix_path.contains('\0')) refuse(text, "has a zero in the path of its socket");
    check_characters(parsed.target, text);
    return parsed;
}

}  // namespace

std::string client_url::authority() const {
    const bool is_usual = port == usual_port(tls) || !unix_path.empty();
    return is_usual ? in_brackets(host) : in_brackets(host) + ":" + std::to_string(port);
}

std::string client_url::place() const {
    return unix_path.empty() ? in_brackets(host) + ":" + std::to_string(port) : "unix:" + unix_path;
}

client_url parse_client_url(std::string_view text) {
    if (text.starts_with(unix_scheme)) return parse_unix(text);
    client_url parsed;
    parsed.tls = text.starts_with("wss://");
    if (!parsed.tls && !text.starts_with("ws://")) refuse(text, "begins neither with ws:// nor with wss://");
    check_characters(text, text);

    const auto rest = text.substr(text.find("//") + 2);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    const auto authority = rest.substr(0, end);
    parsed.target = rest.substr(end);
    if (!parsed.target.starts_with('/')) parsed.target.insert(0, "/");
    if (authority.contains('@')) refuse(text, "has a user name in it, which goes into a header field");

    const bool in_brackets = authority.starts_with('[');  // an address of IPv6
    const auto host_end =
        in_brackets ? authority.find(']') : std::min(authority.rfind(':'), authority.size());
    if (host_end == std::string_view::npos) refuse(text, "has a bracket that is not closed");
    parsed.host = in_brackets ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    if (parsed.host.empty()) refuse(text, "names no host");
    if (in_brackets && !is_ipv6(parsed.host)) refuse(text, "has no address of IPv6 in its brackets");
    if (!is_name(parsed.host)) refuse(text, "has a character in its host that no host has");
    if (!in_brackets && parsed.host.contains(':')) refuse(text, "has an address of IPv6 without brackets");
    parsed.port = parse_port(authority.substr(in_brackets ? host_end + 1 : host_end), parsed.tls, text);
    return parsed;
}

}  // namespace pushwire::engine
