// A raw TCP echo on io_uring: the second limit of echo, beside raw_epoll_echo. What arrives goes back as it came.
//
// One thread and one ring. Receiving goes on by itself (multishot), into buffers that the ring picks; all sends of a turn
// go out in one submission with the wait for the next, each from the buffer that was received into.
//
// Invariant: a connection has at most one send under way, so that nothing overtakes; other buffers of it wait.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "raw_listener.hpp"
#include "raw_ring.hpp"

namespace bench {
namespace {

class echo_server {
  public:
    explicit echo_server(const raw_listener& on) : ring_{on.listener, on.message_bytes} {}

    /// Serves until a signal ends the process.
    [[noreturn]] void run() {
        for (;;) {
            for (const auto& each : ring_.turn()) handle(each);
        }
    }

  private:
    struct piece {
        std::uint16_t buffer;
        std::size_t size;
    };
    struct connection {
        std::deque<piece> waiting;
        bool sending = false;
        bool ended = false;
    };

    void handle(const raw_ring::event& happened);
    void received(const raw_ring::event& happened);
    void sent(const raw_ring::event& happened);
    void close_if_done(int number);

    raw_ring ring_;
    std::vector<connection> connections_;
    std::vector<int> starved_;  // of buffers
};

void echo_server::handle(const raw_ring::event& happened) {
    const auto number = static_cast<std::size_t>(happened.connection);
    switch (happened.what) {
        case raw_ring::what::accepted:
            if (connections_.size() <= number) connections_.resize(number + 1);
            connections_[number] = {};
            ring_.receive(happened.connection);
            break;
        case raw_ring::what::received:
            received(happened);
            break;
        case raw_ring::what::sent:
            sent(happened);
            break;
        case raw_ring::what::closed:
            break;
    }
}

void echo_server::received(const raw_ring::event& happened) {
    auto& from = connections_[static_cast<std::size_t>(happened.connection)];
    if (happened.result == -ENOBUFS) [[unlikely]] {
        starved_.push_back(happened.connection);
        return;
    }
    if (happened.result <= 0) [[unlikely]] {
        from.ended = true;
        return close_if_done(happened.connection);
    }
    if (!happened.more) [[unlikely]]
        ring_.receive(happened.connection);
    const auto size = static_cast<std::size_t>(happened.result);
    if (from.sending) {
        from.waiting.push_back({happened.buffer, size});
    } else {
        from.sending = true;
        ring_.send(happened.connection, happened.buffer, size);
    }
}

void echo_server::sent(const raw_ring::event& happened) {
    ring_.give_back(happened.buffer);
    for (; !starved_.empty(); starved_.pop_back()) ring_.receive(starved_.back());
    auto& to = connections_[static_cast<std::size_t>(happened.connection)];
    to.sending = !to.waiting.empty();
    if (!to.sending) return close_if_done(happened.connection);
    ring_.send(happened.connection, to.waiting.front().buffer, to.waiting.front().size);
    to.waiting.pop_front();
}

// An error of a send is found out when the end is received.
void echo_server::close_if_done(int number) {
    const auto& each = connections_[static_cast<std::size_t>(number)];
    if (each.ended && !each.sending) ring_.close(number);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    static bench::echo_server server{bench::listen_raw(argc, argv, "raw_uring_echo", "tcp")};
    server.run();
}
