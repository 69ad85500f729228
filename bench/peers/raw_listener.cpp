#include "raw_listener.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <expected>
#include <iostream>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::string_view usage = "[--host IPV4] [--port PORT] [--message-bytes N]";

struct options {
    in_addr host{htonl(INADDR_LOOPBACK)};
    std::uint16_t port = 0;
    std::size_t message_bytes = 4096;
};

std::string_view program = "raw";

template <class Number>
bool read(std::string_view text, Number& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc{} && end == text.data() + text.size();
}

std::expected<options, std::string> parse(int argc, char** argv) {
    options parsed;
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i];
        if (name != "--host" && name != "--port" && name != "--message-bytes")
            return std::unexpected("unknown option '" + name + "'; there are " + std::string(usage));
        if (i + 1 == argc) return std::unexpected("option " + name + " needs a value");
        const std::string value = argv[i + 1];
        if (name == "--host" && inet_pton(AF_INET, argv[i + 1], &parsed.host) != 1)
            return std::unexpected("--host must be an IPv4 address, not '" + value + "'");
        if (name == "--port" && !read(value, parsed.port))
            return std::unexpected("--port must be 0 to 65535, not '" + value + "'");
        if (name == "--message-bytes" && (!read(value, parsed.message_bytes) || parsed.message_bytes == 0))
            return std::unexpected("--message-bytes must be a number from 1, not '" + value + "'");
    }
    return parsed;
}

std::string text_of(in_addr host) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET, &host, text.data(), text.size());
}

/// A benchmark with many connections should not fail at the soft limit.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void end_at_once(int) {
    _exit(0);
}

raw_listener bind_and_listen(const options& wanted) {
    const raw_listener on{.epoll = epoll_create1(EPOLL_CLOEXEC),
                          .listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                          .message_bytes = wanted.message_bytes};
    if (on.epoll < 0) give_up("create an epoll instance", 2);
    if (on.listener < 0) give_up("create a socket", 2);
    const int yes = 1;
    setsockopt(on.listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // Accepted sockets inherit it, which saves a call for each.
    setsockopt(on.listener, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr = wanted.host;
    address.sin_port = htons(wanted.port);
    if (bind(on.listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        give_up("bind " + text_of(wanted.host) + ':' + std::to_string(wanted.port), 2);
    }
    if (listen(on.listener, SOMAXCONN) < 0) give_up("listen", 2);
    watch_raw(on.epoll, EPOLL_CTL_ADD, on.listener, EPOLLIN);
    return on;
}

std::uint16_t port_of(int listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) < 0) give_up("read the port", 2);
    return ntohs(address.sin_port);
}

}  // namespace

raw_listener listen_raw(int argc, char** argv, std::string_view name, std::string_view scheme) {
    program = name;
    if (argc == 2 && std::string_view(argv[1]) == "--help") {
        std::cout << "usage: " << name << ' ' << usage << '\n';
        std::exit(0);
    }
    const auto wanted = parse(argc, argv);
    if (!wanted) {
        std::cerr << name << ": " << wanted.error() << '\n';
        std::exit(2);
    }
    std::signal(SIGTERM, end_at_once);
    std::signal(SIGINT, end_at_once);
    raise_descriptor_limit();
    const auto on = bind_and_listen(*wanted);
    std::cout << "listening on " << scheme << "://" << text_of(wanted->host) << ':' << port_of(on.listener)
              << std::endl;
    return on;
}

int accept_raw(const raw_listener& on) {
    for (;;) {
        const int fd = accept4(on.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            watch_raw(on.epoll, EPOLL_CTL_ADD, fd, EPOLLIN);
            return fd;
        }
        if (errno == EAGAIN) return -1;
        if (errno != EINTR && errno != ECONNABORTED) give_up("accept a connection", 1);
    }
}

void watch_raw(int epoll, int operation, int fd, std::uint32_t interest) {
    epoll_event event{};
    event.events = interest;
    event.data.fd = fd;
    if (epoll_ctl(epoll, operation, fd, &event) < 0) give_up("watch a descriptor", 1);
}

void give_up(std::string_view what, int status) {
    const int error = errno;
    std::cerr << program << ": cannot " << what << ": " << std::strerror(error) << '\n';
    std::exit(status);
}

}  // namespace bench
