// What it costs to send the same bytes to everyone, without WebSocket: the limit of a fan-out.
//
// One thread, one level-triggered epoll. What one connection sends goes to all, itself included, as it came: a send for
// each connection and read. It knows no frames and no topics.
//
// Invariant: a connection holds bytes of its own only while the kernel refuses them.

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

class fanout_server {
  public:
    explicit fanout_server(raw_listener on) : on_(on) {}

    /// Serves until a signal ends the process.
    [[noreturn]] void run();

  private:
    struct member {
        int fd;
        std::vector<std::byte> rest;  // what the kernel has not taken yet
    };

    void accept_all();
    void receive(int fd);
    void send_to(member& to, std::span<const std::byte> data);
    void write_rest(int fd);
    void drop(int fd);
    std::vector<member>::iterator find(int fd) { return std::ranges::find(members_, fd, &member::fd); }

    raw_listener on_;
    std::array<std::byte, read_buffer_bytes> buffer_;
    std::vector<member> members_;
};

void fanout_server::run() {
    std::array<epoll_event, events_per_turn> events;
    for (;;) {
        const int ready = epoll_wait(on_.epoll, events.data(), events_per_turn, -1);
        if (ready < 0 && errno != EINTR) give_up("wait for events", 1);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
            const int fd = event.data.fd;
            if (fd == on_.listener) [[unlikely]] {
                accept_all();
                continue;
            }
            if (event.events & EPOLLOUT) [[unlikely]]
                write_rest(fd);
            if (event.events & ~static_cast<unsigned>(EPOLLOUT)) receive(fd);
        }
    }
}

void fanout_server::accept_all() {
    for (int fd = accept_raw(on_); fd >= 0; fd = accept_raw(on_)) members_.push_back({.fd = fd, .rest = {}});
}

void fanout_server::receive(int fd) {
    const ssize_t received = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (received <= 0) [[unlikely]] {
        if (received == 0 || (errno != EAGAIN && errno != EINTR)) drop(fd);
        return;
    }
    const auto data = std::span{buffer_}.first(static_cast<std::size_t>(received));
    for (auto& each : members_) send_to(each, data);
}

// One that is gone is found out when its end is read.
void fanout_server::send_to(member& to, std::span<const std::byte> data) {
    const bool waits = !to.rest.empty();
    const ssize_t sent = waits ? 0 : send(to.fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(data.size())) [[likely]]
        return;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    const auto rest = data.subspan(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    to.rest.insert(to.rest.end(), rest.begin(), rest.end());
    if (!waits) watch_raw(on_.epoll, EPOLL_CTL_MOD, to.fd, EPOLLIN | EPOLLOUT);
}

void fanout_server::write_rest(int fd) {
    auto& rest = find(fd)->rest;
    const ssize_t sent = send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    rest.erase(rest.begin(), sent < 0 ? rest.end() : rest.begin() + sent);
    if (rest.empty()) watch_raw(on_.epoll, EPOLL_CTL_MOD, fd, EPOLLIN);
}

void fanout_server::drop(int fd) {
    members_.erase(find(fd));
    close(fd);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    static bench::fanout_server server{bench::listen_raw(argc, argv, "raw_epoll_fanout", "tcp")};
    server.run();
}
