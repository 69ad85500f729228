#pragma once
// Which connections are ready: epoll, with numbers for the connections.

#include <array>
#include <cstdint>
#include <span>

#include <sys/epoll.h>

#include "clock.hpp"

namespace pushwire::bench {

class poller {
  public:
    poller();
    ~poller();
    poller(const poller&) = delete;
    poller& operator=(const poller&) = delete;

    void add(int descriptor, std::uint32_t events, std::uint64_t number) {
        control(EPOLL_CTL_ADD, descriptor, events, number);
    }
    void change(int descriptor, std::uint32_t events, std::uint64_t number) {
        control(EPOLL_CTL_MOD, descriptor, events, number);
    }
    void remove(int descriptor) { control(EPOLL_CTL_DEL, descriptor, 0, 0); }

    /// What is ready, `data.u64` being the number; valid until the next call. Nothing after `timeout`, or for a signal.
    [[nodiscard]] std::span<const epoll_event> wait(nanoseconds timeout);

  private:
    void control(int operation, int descriptor, std::uint32_t events, std::uint64_t number) const;

    static constexpr int events_per_turn = 1024;
    int epoll_;
    bool in_nanoseconds_ = true;  // what the kernel waits in; before 5.11, and under valgrind, milliseconds
    std::array<epoll_event, events_per_turn> events_;
};

}  // namespace pushwire::bench
