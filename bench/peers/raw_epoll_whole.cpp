// A raw TCP echo that reads a whole message before it sends it back: the limit of echo with large messages, since a
// WebSocket server has to do so, where raw_epoll_echo returns each piece as it comes. It does not look for where a message
// ends: --message-bytes tells how long each is.
//
// Invariant: a connection has a buffer only from the first byte of a message until its last one is sent. Buffers are taken
// again last in, first out, while they are in the cache.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw_listener.hpp"

namespace bench {
namespace {

constexpr int events_per_turn = 1024;

using buffer = std::unique_ptr<std::byte[]>;

class echo_server {
  public:
    explicit echo_server(const raw_listener& on) : on_{on} {}

    /// Serves until a signal ends the process.
    [[noreturn]] void run();

  private:
    struct connection {
        bench::buffer buffer;
        std::size_t received = 0;
        std::size_t sent = 0;
    };

    void accept_all();
    void receive(int fd);
    void send_rest(int fd);
    void drop(int fd);
    buffer take();

    raw_listener on_;
    std::vector<connection> connections_;  // by descriptor
    std::vector<buffer> free_;
};

void echo_server::run() {
    std::array<epoll_event, events_per_turn> events;
    for (;;) {
        const int ready = epoll_wait(on_.epoll, events.data(), events_per_turn, -1);
        if (ready < 0 && errno != EINTR) give_up("wait for events", 1);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
            if (event.data.fd == on_.listener) {
                accept_all();
            } else if (event.events & EPOLLOUT) {
                send_rest(event.data.fd);
            } else {
                receive(event.data.fd);
            }
        }
    }
}

void echo_server::accept_all() {
    for (int fd = accept_raw(on_); fd >= 0; fd = accept_raw(on_)) {
        if (connections_.size() <= static_cast<std::size_t>(fd))
            connections_.resize(static_cast<std::size_t>(fd) + 1);
    }
}

buffer echo_server::take() {
    if (free_.empty()) return std::make_unique_for_overwrite<std::byte[]>(on_.message_bytes);
    auto last = std::move(free_.back());
    free_.pop_back();
    return last;
}

void echo_server::receive(int fd) {
    auto& from = connections_[static_cast<std::size_t>(fd)];
    if (!from.buffer) from.buffer = take();
    const ssize_t received =
        recv(fd, from.buffer.get() + from.received, on_.message_bytes - from.received, 0);
    if (received <= 0) {
        if (received == 0 || (errno != EAGAIN && errno != EINTR)) drop(fd);
        return;
    }
    from.received += static_cast<std::size_t>(received);
    if (from.received == on_.message_bytes) send_rest(fd);
}

void echo_server::send_rest(int fd) {
    auto& to = connections_[static_cast<std::size_t>(fd)];
    const bool waited = to.sent > 0;
    const ssize_t sent = send(fd, to.buffer.get() + to.sent, to.received - to.sent, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return drop(fd);
    to.sent += static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
    if (to.sent == to.received) {
        free_.push_back(std::move(to.buffer));
        to = {};
        if (waited) watch_raw(on_.epoll, EPOLL_CTL_MOD, fd, EPOLLIN);
    } else if (!waited) {
        watch_raw(on_.epoll, EPOLL_CTL_MOD, fd, EPOLLOUT);
    }
}

void echo_server::drop(int fd) {
    auto& gone = connections_[static_cast<std::size_t>(fd)];
    if (gone.buffer) free_.push_back(std::move(gone.buffer));
    gone = {};
    close(fd);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    static bench::echo_server server{bench::listen_raw(argc, argv, "raw_epoll_whole", "tcp")};
    server.run();
}
