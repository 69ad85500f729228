#include "load_options.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <arpa/inet.h>

namespace bench {
namespace {

using outcome = std::expected<void, std::string>;

std::unexpected<std::string> refuse(std::string_view option, std::string_view wanted,
                                    std::string_view value) {
    return std::unexpected(std::string(option) + " must be " + std::string(wanted) + ", not '" +
                           std::string(value) + "'");
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text, Number least, Number most) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    // Written so that "nan" is refused too.
    if (!(number >= least && number <= most)) return std::nullopt;
    return number;
}

outcome set_count(std::size_t& field, std::string_view option, std::string_view value, std::size_t most) {
    const auto number = parse_number<std::size_t>(value, 1, most);
    if (!number) return refuse(option, "1 to " + std::to_string(most), value);
    field = *number;
    return {};
}

outcome set_seconds(std::chrono::duration<double>& field, std::string_view option, std::string_view value,
                    double least) {
    const auto number = parse_number<double>(value, least, 3600.0);
    if (!number) return refuse(option, least > 0 ? "0.01 to 3600 seconds" : "0 to 3600 seconds", value);
    field = std::chrono::duration<double>(*number);
    return {};
}

outcome set_type(load_options& options, std::string_view value) {
    if (value != "text" && value != "binary") return refuse("--type", "text or binary", value);
    options.type = value == "text" ? message_type::text : message_type::binary;
    return {};
}

outcome set_pid(load_options& options, std::string_view value) {
    options.server_pid = parse_number<pid_t>(value, 1, 1 << 30);
    if (!options.server_pid) return refuse("--pid", "the number of a process", value);
    return {};
}

/// A load generator that can be aimed at strangers is a weapon, so only this machine is a target.
outcome set_loopback_address(load_options& options, std::string_view name, std::uint16_t port) {
    const std::string host = name == "localhost" ? "127.0.0.1" : std::string(name);
    options.address.sin_family = AF_INET;
    options.address.sin_port = htons(port);
    const bool is_ipv4 = inet_pton(AF_INET, host.c_str(), &options.address.sin_addr) == 1;
    if (!is_ipv4 || (ntohl(options.address.sin_addr.s_addr) >> 24) != 127) {
        return refuse("the host of --url", "a loopback address (127.0.0.0/8 or localhost)", name);
    }
    return {};
}

outcome set_url(load_options& options, std::string_view url) {
    constexpr std::string_view wanted = "ws://127.0.0.1:PORT/PATH or tcp://127.0.0.1:PORT";
    const auto printable = [](char c) { return c > ' ' && c < 127 && c != '"' && c != '\\'; };
    std::string_view rest = url;
    if (!std::ranges::all_of(url, printable)) return refuse("--url", wanted, url);
    if (rest.starts_with("ws://")) {
        options.protocol = load_protocol::websocket;
        rest.remove_prefix(5);
    } else if (rest.starts_with("tcp://")) {
        options.protocol = load_protocol::tcp;
        rest.remove_prefix(6);
    } else {
        return refuse("--url", wanted, url);
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view host = rest.substr(0, slash);
    const std::string_view path = rest.substr(slash);
    if (options.protocol == load_protocol::tcp && !path.empty()) return refuse("--url", wanted, url);
    if (!path.empty()) options.path = path;

    const std::size_t colon = host.rfind(':');
    if (colon == std::string_view::npos) return refuse("--url", wanted, url);
    const auto port = parse_number<std::uint16_t>(host.substr(colon + 1), 1, 65535);
    if (!port) return refuse("the port of --url", "1 to 65535", host.substr(colon + 1));
    options.url = url;
    options.host = host;
    return set_loopback_address(options, host.substr(0, colon), *port);
}

outcome set_option(load_options& options, std::string_view name, std::string_view value) {
    if (name == "--url") return set_url(options, value);
    if (name == "--connections") return set_count(options.connections, name, value, 60'000);
    if (name == "--size") return set_count(options.size_bytes, name, value, 64 << 20);
    if (name == "--depth") return set_count(options.depth, name, value, 65'536);
    if (name == "--seconds") return set_seconds(options.measured, name, value, 0.01);
    if (name == "--warmup") return set_seconds(options.warmup, name, value, 0.0);
    if (name == "--type") return set_type(options, value);
    if (name == "--pid") return set_pid(options, value);
    return std::unexpected("unknown option '" + std::string(name) + "'; see load --help");
}

}  // namespace

std::expected<load_options, std::string> parse_load_options(int argc, char** argv) {
    load_options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        if (!name.starts_with("--"))
            return std::unexpected("unexpected '" + std::string(name) + "'; see load --help");
        if (i + 1 == argc)
            return std::unexpected("option " + std::string(name) + " needs a value; see load --help");
        if (const auto set = set_option(options, name, argv[i + 1]); !set)
            return std::unexpected(set.error());
    }
    if (options.url.empty()) return std::unexpected("--url is missing; see load --help");
    return options;
}

}  // namespace bench
