// The same bytes to everyone on io_uring, without WebSocket: the second limit of a fan-out, beside raw_epoll_fanout. All
// sends of what arrived go out in one submission, from the buffer that it was received into.
//
// Invariant: a connection has at most one send under way, so that nothing overtakes; what else is for it waits. A buffer
// goes back to the ring when the last of its sends has ended.

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "raw_listener.hpp"
#include "raw_ring.hpp"

namespace bench {
namespace {

class fanout_server {
  public:
    explicit fanout_server(const raw_listener& on) : ring_{on.listener, on.message_bytes} {}

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
        bool open = false;
    };

    void handle(const raw_ring::event& happened);
    void received(const raw_ring::event& happened);
    void publish(piece each);
    void sent(const raw_ring::event& happened);
    void release(std::uint16_t buffer);
    void close_if_done(int number);
    connection& at(int number) { return connections_[static_cast<std::size_t>(number)]; }

    raw_ring ring_;
    std::vector<connection> connections_;
    std::vector<int> starved_;                                                    // of buffers
    std::array<unsigned, std::numeric_limits<std::uint16_t>::max() + 1> uses_{};  // by buffer
};

void fanout_server::handle(const raw_ring::event& happened) {
    switch (happened.what) {
        case raw_ring::what::accepted:
            if (connections_.size() <= static_cast<std::size_t>(happened.connection))
                connections_.resize(static_cast<std::size_t>(happened.connection) + 1);
            at(happened.connection) = {};
            at(happened.connection).open = true;
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

void fanout_server::received(const raw_ring::event& happened) {
    if (happened.result == -ENOBUFS) [[unlikely]] {
        starved_.push_back(happened.connection);
        return;
    }
    if (happened.result <= 0) [[unlikely]] {
        at(happened.connection).open = false;
        return close_if_done(happened.connection);
    }
    if (!happened.more) [[unlikely]]
        ring_.receive(happened.connection);
    publish({happened.buffer, static_cast<std::size_t>(happened.result)});
}

void fanout_server::publish(piece each) {
    for (std::size_t number = 0; number < connections_.size(); ++number) {
        auto& to = connections_[number];
        if (!to.open) continue;
        ++uses_[each.buffer];
        if (to.sending) {
            to.waiting.push_back(each);
        } else {
            to.sending = true;
            ring_.send(static_cast<int>(number), each.buffer, each.size);
        }
    }
    if (uses_[each.buffer] == 0) ring_.give_back(each.buffer);
}

void fanout_server::sent(const raw_ring::event& happened) {
    release(happened.buffer);
    auto& to = at(happened.connection);
    to.sending = !to.waiting.empty();
    if (!to.sending) return close_if_done(happened.connection);
    ring_.send(happened.connection, to.waiting.front().buffer, to.waiting.front().size);
    to.waiting.pop_front();
}

void fanout_server::release(std::uint16_t buffer) {
    if (--uses_[buffer] > 0) return;
    ring_.give_back(buffer);
    for (; !starved_.empty(); starved_.pop_back()) ring_.receive(starved_.back());
}

// An error of a send is found out when the end is received.
void fanout_server::close_if_done(int number) {
    if (!at(number).open && !at(number).sending) ring_.close(number);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    static bench::fanout_server server{bench::listen_raw(argc, argv, "raw_uring_fanout", "tcp")};
    server.run();
}
