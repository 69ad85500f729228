// A raw TCP echo server: what the kernel alone costs, and so the limit that every server here is held against.
//
// One thread, one level-triggered epoll, one read buffer for all connections. A message costs one recv, one send and its
// share of an epoll_wait; nothing else is called while messages flow. It knows no frames: what arrives goes back as it
// came.
//
// Invariant: a connection holds bytes of its own only while the kernel refuses them, at most one read buffer full, and is
// not read from meanwhile.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw_listener.hpp"

namespace bench {
namespace {

constexpr std::size_t read_buffer_bytes = 64 * 1024;
constexpr int events_per_turn = 1024;

class echo_server {
  public:
    explicit echo_server(raw_listener on) : on_(on) {}

    /// Serves until a signal ends the process.
    [[noreturn]] void run();

  private:
    void accept_all();
    void echo(int fd);
    void keep(int fd, const std::byte* data, std::size_t size);
    void write_rest(int fd);
    void drop(int fd);

    raw_listener on_;
    std::array<std::byte, read_buffer_bytes> buffer_;
    std::vector<std::vector<std::byte>> rest_;  // by descriptor: what the kernel has not taken yet
};

void echo_server::run() {
    std::array<epoll_event, events_per_turn> events;
    for (;;) {
        const int ready = epoll_wait(on_.epoll, events.data(), events_per_turn, -1);
        if (ready < 0 && errno != EINTR) give_up("wait for events", 1);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
            const int fd = event.data.fd;
            if (fd == on_.listener) [[unlikely]] {
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
    for (int fd = accept_raw(on_); fd >= 0; fd = accept_raw(on_)) {
        if (rest_.size() <= static_cast<std::size_t>(fd)) rest_.resize(static_cast<std::size_t>(fd) + 1);
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
    watch_raw(on_.epoll, EPOLL_CTL_MOD, fd, EPOLLOUT);
}

void echo_server::write_rest(int fd) {
    auto& rest = rest_[static_cast<std::size_t>(fd)];
    const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) drop(fd);
        return;
    }
    rest.erase(rest.begin(), rest.begin() + sent);
    if (rest.empty()) watch_raw(on_.epoll, EPOLL_CTL_MOD, fd, EPOLLIN);
}

void echo_server::drop(int fd) {
    rest_[static_cast<std::size_t>(fd)].clear();
    close(fd);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    static bench::echo_server server{bench::listen_raw(argc, argv, "raw_epoll_echo", "tcp")};
    server.run();
}
