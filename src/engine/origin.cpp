#include "engine/origin.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace pushwire::engine {
namespace {

constexpr std::string_view after_scheme = "://";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

struct parts {
    std::string scheme;
    std::string host;  // an IPv6 address with its brackets
    std::uint16_t port = 0;
};

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return result;
}

std::uint16_t default_port(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return 80;
    if (scheme == "https" || scheme == "wss") return 443;
    return 0;
}

bool consists_of(std::string_view text, std::string_view some, std::string_view others) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return some.find(c) != some.npos || digits.find(c) != digits.npos || others.find(c) != others.npos;
    });
}

bool is_host(std::string_view text) {
    if (text.starts_with('[')) {
        return text.ends_with(']') && consists_of(text.substr(1, text.size() - 2), "abcdef", ":.");
    }
    return consists_of(text, letters, "-._");
}

// "example.org", "example.org:8443": lower case.
std::optional<parts> parse_authority(std::string_view text, std::string scheme) {
    const auto bracket = text.find(']');
    const auto colon = text.find(':', bracket == text.npos ? 0 : bracket);
    parts read{.scheme = std::move(scheme), .host = std::string{text.substr(0, colon)}};
    read.port = default_port(read.scheme);
    if (!is_host(read.host)) return std::nullopt;
    if (colon == text.npos) return read;
    const auto port = text.substr(colon + 1);
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), read.port);
    if (problem != std::errc{} || end != port.data() + port.size()) return std::nullopt;
    return read;
}

// RFC 6454 6.2: scheme "://" host [ ":" port ], and nothing more.
std::optional<parts> parse_origin(std::string_view text) {
    const auto all = lower(text);
    const auto end = all.find(after_scheme);
    if (end == all.npos) return std::nullopt;
    const auto scheme = std::string_view{all}.substr(0, end);
    if (!consists_of(scheme, letters, "+-.")) return std::nullopt;
    return parse_authority(std::string_view{all}.substr(end + after_scheme.size()), std::string{scheme});
}

}  // namespace

origin_rules::origin_rules(std::span<const std::string> written) {
    for (const auto& each : written) rules_.push_back(parse(each));
}

origin_rules::rule origin_rules::parse(std::string_view written) {
    using kind = rule::kind;
    if (written == "*") return {.what = kind::any, .scheme = {}, .host = {}};
    if (written == "null") return {.what = kind::null, .scheme = {}, .host = {}};

    const auto scheme_end = written.find(after_scheme);
    const auto host_begin = scheme_end == written.npos ? 0 : scheme_end + after_scheme.size();
    const bool wildcard = written.substr(host_begin).starts_with("*.");
    const auto host = std::string{written.substr(host_begin + (wildcard ? 2 : 0))};
    const auto read = scheme_end == written.npos
                          ? parse_authority(lower(host), {})
                          : parse_origin(std::string{written.substr(0, host_begin)} + host);
    // Without a scheme it is a host, of which any port may be meant.
    const bool host_only = scheme_end == written.npos && read && read->port == 0 && wildcard;
    if (!read || (scheme_end == written.npos && !host_only)) {
        throw std::invalid_argument("\"" + std::string{written} +
                                    "\" is no origin: write https://example.org, https://example.org:8443, "
                                    "https://*.example.org, *.example.org, null, or * for any");
    }
    return {.what = host_only ? kind::any_port : kind::origin,
            .scheme = read->scheme,
            .host = wildcard ? "." + read->host : read->host,
            .port = read->port,
            .wildcard = wildcard};
}

bool origin_rules::allow(std::string_view origin) const {
    const auto asked = parse_origin(origin);
    return std::ranges::any_of(rules_, [&](const rule& each) {
        switch (each.what) {
            case rule::kind::any:
                return true;
            case rule::kind::null:
                return origin == "null";
            case rule::kind::origin:
                if (!asked || asked->scheme != each.scheme || asked->port != each.port) return false;
                break;
            case rule::kind::any_port:
                if (!asked) return false;
                break;
        }
        if (!each.wildcard) return asked->host == each.host;
        return asked->host.size() > each.host.size() && asked->host.ends_with(each.host);
    });
}

bool is_foreign(std::string_view origin, std::string_view host) {
    const auto from = parse_origin(origin);
    if (!from) return true;
    const auto to = parse_authority(lower(host), from->scheme);
    return !to || to->host != from->host || to->port != from->port;
}

}  // namespace pushwire::engine
