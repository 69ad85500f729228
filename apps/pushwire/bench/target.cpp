#include "target.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "command.hpp"
#include "failure.hpp"
#include "values.hpp"

namespace pushwire::bench {
namespace {

using cli::usage_error;

constexpr int patience_ms = 5000;

[[noreturn]] void refuse(std::string_view url, std::string_view why) {
    throw usage_error{
        fmt::format("\"{}\" is no URL for this: {}; write ws://HOST:PORT/PATH, wss://HOST:PORT/PATH or "
                    "tcp://HOST:PORT",
                    url, why)};
}

struct scheme {
    std::string_view prefix;
    bool websocket;
    bool tls;
    std::uint16_t default_port;  // 0: it has to be said
};

constexpr scheme schemes[] = {
    {"ws://", true, false, 80}, {"wss://", true, true, 443}, {"tcp://", false, false, 0}};

const scheme& scheme_of(std::string_view url) {
    for (const auto& each : schemes) {
        if (url.starts_with(each.prefix)) return each;
    }
    refuse(url, "it begins with none of ws://, wss:// and tcp://");
}

// Cuts the host, which may be an IPv6 address in brackets, from what follows it.
std::string take_host(std::string_view& rest, std::string_view url) {
    std::string_view host;
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == rest.npos) refuse(url, "the bracket is not closed");
        host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    } else {
        host = rest.substr(0, std::min(rest.find(':'), rest.size()));
        rest.remove_prefix(host.size());
    }
    if (host.empty()) refuse(url, "it has no host (an IPv6 address needs brackets)");
    return std::string{host};
}

std::uint16_t read_port(std::string_view rest, const scheme& of, std::string_view url) {
    if (rest.empty() && of.default_port) return of.default_port;
    if (rest.empty()) refuse(url, "it has no port");
    if (!rest.starts_with(':'))
        refuse(url, "what follows the host is no port (an IPv6 address needs brackets)");
    return static_cast<std::uint16_t>(cli::parse_number(rest.substr(1), 1, 65535, "port"));
}

bool answers(const addrinfo& there) {
    const int fd = socket(there.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    int error = connect(fd, there.ai_addr, there.ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        pollfd wait{.fd = fd, .events = POLLOUT, .revents = 0};
        socklen_t size = sizeof error;
        if (poll(&wait, 1, patience_ms) != 1 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
            error = ETIMEDOUT;
    }
    close(fd);
    return error == 0;
}

}  // namespace

std::string target::authority() const {
    const bool v6 = host.find(':') != host.npos;
    return v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

target parse_target(std::string_view url) {
    const auto is_plain = [](char each) { return each > ' ' && each < 127 && each != '"' && each != '\\'; };
    if (!std::ranges::all_of(url, is_plain)) refuse(url, "it has characters that must be percent-encoded");
    const auto& kind = scheme_of(url);
    auto rest = url.substr(kind.prefix.size());
    const auto path = rest.substr(std::min(rest.find_first_of("/?#"), rest.size()));
    rest.remove_suffix(path.size());
    if (path.find('#') != path.npos) refuse(url, "a fragment (#…) is nothing that is asked of a server");
    if (rest.find('@') != rest.npos) refuse(url, "it names a user");
    if (!kind.websocket && !path.empty()) refuse(url, "a raw connection has no path");

    target read;
    read.url = url;
    read.websocket = kind.websocket;
    read.tls = kind.tls;
    read.host = take_host(rest, url);
    read.port = read_port(rest, kind, url);
    read.path = path.starts_with('/') ? std::string{path} : "/" + std::string{path};
    return read;
}

bool address::is_ipv4_loopback() const {
    if (storage.ss_family != AF_INET) return false;
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
}

address resolve(const target& to) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const auto port = std::to_string(to.port);
    if (const int problem = getaddrinfo(to.host.c_str(), port.c_str(), &hints, &found)) {
        throw failure{
            fmt::format("cannot find the host {}: {}: is its name right?", to.host, gai_strerror(problem))};
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all{found, freeaddrinfo};
    const addrinfo* chosen = found;
    for (const auto* each = found; found->ai_next && each; each = each->ai_next) {
        if (!answers(*each)) continue;
        chosen = each;
        break;
    }
    address result;
    std::memcpy(&result.storage, chosen->ai_addr, chosen->ai_addrlen);
    result.length = chosen->ai_addrlen;
    return result;
}

}  // namespace pushwire::bench
