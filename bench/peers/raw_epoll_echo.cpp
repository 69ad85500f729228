// A raw TCP echo server: what the kernel alone costs, and so the limit that every server here is held
// against.
//
// One thread, one level-triggered epoll, one read buffer for all connections. A message costs one recv, one
// send and its share of an epoll_wait; nothing else is called while messages flow. It knows no frames: what
// arrives goes back as it came.
//
// Invariant: a connection holds bytes of its own only while the kernel refuses them, at most one read buffer
// full, and is not read from meanwhile.

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <expected>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t read_buffer_bytes = 64 * 1024;
constexpr int events_per_turn = 1024;
constexpr std::string_view usage = "usage: raw_epoll_echo [--host IPV4] [--port PORT]";

struct options {
    in_addr host{htonl(INADDR_LOOPBACK)};
    std::uint16_t port = 0;
};

std::expected<options, std::string> parse(int argc, char** argv) {
    options parsed;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        if (name != "--host" && name != "--port") {
            return std::unexpected("unknown option '" + std::string(name) + "'; " + std::string(usage));
        }
        if (i + 1 == argc) return std::unexpected("option " + std::string(name) + " needs a value");
        const std::string_view value = argv[i + 1];
        if (name == "--host") {
            if (inet_pton(AF_INET, argv[i + 1], &parsed.host) != 1) {
                return std::unexpected("--host must be an IPv4 address, not '" + std::string(value) + "'");
            }
        } else {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed.port);
            if (error != std::errc{} || end != value.data() + value.size()) {
                return std::unexpected("--port must be 0 to 65535, not '" + std::string(value) + "'");
            }
        }
    }
    return parsed;
}

std::string text_of(in_addr host) {
    std::array<char, INET_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET, &host, text.data(), text.size());
}

/// Ends the program with what could not be done and why.
[[noreturn]] void give_up(std::string_view what, int status) {
    const int error = errno;
    std::cerr << "raw_epoll_echo: cannot " << what << ": " << std::strerror(error) << '\n';
    std::exit(status);
}

class echo_server {
  public:
    explicit echo_server(const options& wanted);

    /// Serves until a signal ends the process.
    [[noreturn]] void run();
    std::uint16_t port() const;

  private:
    void accept_all();
    void echo(int fd);
    void keep(int fd, const std::byte* data, std::size_t size);
    void write_rest(int fd);
    void watch(int operation, int fd, std::uint32_t interest);
    void drop(int fd);

    int epoll_;
    int listener_;
    std::array<std::byte, read_buffer_bytes> buffer_;
    std::vector<std::vector<std::byte>> rest_;  // by descriptor: what the kernel has not taken yet
};

echo_server::echo_server(const options& wanted)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (epoll_ < 0) give_up("create an epoll instance", 2);
    if (listener_ < 0) give_up("create a socket", 2);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // Accepted sockets inherit it, which saves a call for each.
    setsockopt(listener_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr = wanted.host;
    address.sin_port = htons(wanted.port);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        give_up("bind " + text_of(wanted.host) + ':' + std::to_string(wanted.port), 2);
    }
    if (listen(listener_, SOMAXCONN) < 0) give_up("listen", 2);
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
}

std::uint16_t echo_server::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) < 0) give_up("read the port", 2);
    return ntohs(address.sin_port);
}

void echo_server::run() {
    std::array<epoll_event, events_per_turn> events;
    for (;;) {
        const int ready = epoll_wait(epoll_, events.data(), events_per_turn, -1);
        if (ready < 0 && errno != EINTR) give_up("wait for events", 1);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
            const int fd = event.data.fd;
            if (fd == listener_) [[unlikely]] {
                accept_all();
            } else if (event.events & EPOLLOUT) [[unlikely]] {
                write_rest(fd);
            } else {
                echo(fd);
            }
        }
    }
}

void echo_server::accept_all() {
    for (;;) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN) return;
            if (errno == EINTR || errno == ECONNABORTED) continue;
            give_up("accept a connection", 1);
        }
        if (rest_.size() <= static_cast<std::size_t>(fd)) rest_.resize(static_cast<std::size_t>(fd) + 1);
        watch(EPOLL_CTL_ADD, fd, EPOLLIN);
    }
}

void echo_server::echo(int fd) {
    const ssize_t received = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (received <= 0) [[unlikely]] {
        if (received == 0 || (errno != EAGAIN && errno != EINTR)) drop(fd);
        return;
    }
    const ssize_t sent = send(fd, buffer_.data(), static_cast<std::size_t>(received), MSG_NOSIGNAL);
    if (sent == received) [[likely]]
        return;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return drop(fd);
    const auto taken = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    keep(fd, buffer_.data() + taken, static_cast<std::size_t>(received) - taken);
}

void echo_server::keep(int fd, const std::byte* data, std::size_t size) {
    rest_[static_cast<std::size_t>(fd)].assign(data, data + size);
    watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
}

void echo_server::write_rest(int fd) {
    auto& rest = rest_[static_cast<std::size_t>(fd)];
    const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) drop(fd);
        return;
    }
    rest.erase(rest.begin(), rest.begin() + sent);
    if (rest.empty()) watch(EPOLL_CTL_MOD, fd, EPOLLIN);
}

void echo_server::watch(int operation, int fd, std::uint32_t interest) {
    epoll_event event{};
    event.events = interest;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, operation, fd, &event) < 0) give_up("watch a descriptor", 1);
}

void echo_server::drop(int fd) {
    rest_[static_cast<std::size_t>(fd)].clear();
    close(fd);
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

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--help") {
        std::cout << usage << '\n';
        return 0;
    }
    const auto wanted = parse(argc, argv);
    if (!wanted) {
        std::cerr << "raw_epoll_echo: " << wanted.error() << '\n';
        return 2;
    }
    // There is nothing to tidy up, and so no flag that the loop would have to look at.
    std::signal(SIGTERM, end_at_once);
    std::signal(SIGINT, end_at_once);
    raise_descriptor_limit();

    static echo_server server{*wanted};
    std::cout << "listening on tcp://" << text_of(wanted->host) << ':' << server.port() << std::endl;
    server.run();
}
