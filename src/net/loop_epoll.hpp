#pragma once
// The loop on epoll: the kernel says which sockets are ready, and what was asked for is done then.
//
// What a small message costs is one recv and one send, and its share of one epoll_wait and one look at the clock. So:
//   - epoll is level-triggered: a read that leaves something behind is told of it by the next turn, and no second recv
//     is needed to see that nothing is left.
//   - EPOLLOUT is asked for only while something waits to be sent.

#include <array>

#include <sys/epoll.h>

#include "net/socket.hpp"
#include "net/socket_loop.hpp"

namespace pushwire::net {

class loop_epoll final : public socket_loop {
  public:
    /// Throws std::system_error.
    explicit loop_epoll(const shared_wake& by = {});

    [[nodiscard]] const char* name() const override { return "epoll"; }
    [[nodiscard]] int descriptor() override;

  private:
    // With epoll, of a stream's state.
    enum : std::uint32_t {
        registered = first_of_heir << 0,
        for_input = first_of_heir << 1,
        for_output = first_of_heir << 2,
    };

    void watch(stream& who) override;
    bool watch(listener& who, bool wanted) override;
    void forget(listener& who) override;
    [[nodiscard]] bool is_let_go(const stream&) const override { return true; }  // watch did it at once
    bool gather(bool wait) override;
    void deliver() override;
    void leave_to_host() override {}  // epoll's descriptor is readable by itself

    void deliver(const epoll_event& event);
    void deliver(stream& who, std::uint32_t events);

    // As many streams as one wait tells of. More stay ready for the next one.
    static constexpr std::size_t events_per_turn = 1024;

    unique_descriptor epoll_;
    std::vector<const listener*> watched_;  // by epoll
    std::span<epoll_event> ready_;          // this turn's events, as long as they are being delivered

    std::array<epoll_event, events_per_turn> events_;
};

}  // namespace pushwire::net
