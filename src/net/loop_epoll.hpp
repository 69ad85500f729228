#pragma once
// The loop on epoll: the kernel says which sockets are ready, and what was asked for is done then.
//
// What a small message costs is one recv and one send, and its share of one epoll_wait and one look at the clock. So:
//   - epoll is level-triggered: a read that leaves something behind is told of it by the next turn, and no second recv
//     is needed to see that nothing is left.
//   - EPOLLOUT is asked for only while something waits to be sent.
//   - The end of a wait is a timerfd's business. It is set when the earliest deadline moves forward, not at every
//     wait; needs no clock before the wait; has no slack (that of epoll_wait is a thousandth of the time waited); and
//     makes the epoll descriptor readable for timers, too.
// A stream that was closed stays where it is until the events of the turn are through, so a stale event is harmless.

#include <array>
#include <atomic>
#include <utility>

#include <sys/epoll.h>

#include "net/loop.hpp"
#include "net/socket.hpp"
#include "net/timer_queue.hpp"

struct iovec;

namespace pushwire::net {

class loop_epoll final : public loop {
  public:
    loop_epoll();
    ~loop_epoll() override;

    [[nodiscard]] const char* name() const override { return "epoll"; }

    void listen(listener& who, int descriptor, bool shared) override;
    void pause(listener& who) override;
    void resume(listener& who) override;
    void remove(listener& who) override;

    void attach(stream& who, int connected) override;
    send_outcome send(stream& who, std::span<const std::span<const std::byte>> segments) override;
    void pause(stream& who) override;
    void resume(stream& who) override;
    void shut_write(stream& who) override;
    void close(stream& who) override;

    void arm(timer& who, time_point when) override;

    void turn(time_point until) override;
    void wake() noexcept override;
    [[nodiscard]] int descriptor() override;

  private:
    struct failure {
        stream* who;  // null: closed before it was told
        int why;
    };
    // Tries again to accept, after descriptors or memory ran out.
    struct retry final : timer {
        explicit retry(loop_epoll& its_loop) : owner{its_loop} {}
        void on_expired() override { owner.readmit(); }
        loop_epoll& owner;
    };

    // turn
    int wait(time_point until);
    void deliver(const epoll_event& event);
    void settle();
    void set_alarm(time_point when);
    void leave_for_next_turn();

    // streams (loop_epoll_stream.cpp)
    void deliver(stream& who, std::uint32_t events);
    void receive(stream& who);
    void tell_writable(stream& who);
    void hang_up(stream& who);
    void fail_later(stream& who, int why);
    void fail(stream& who, int why);
    void forget_failure(stream& who);
    void watch(stream& who);
    void let_go(stream& who);

    // listeners (loop_epoll_listener.cpp)
    void accept(listener& who);
    void starve(listener& who);
    void readmit();
    bool watch(listener& who);

    // A whole read of it stays in a core's second-level cache and outgrows no socket buffer's default; what is larger
    // is read to a stream's own destination. Aligned to a page, so that it has no more of them than it needs.
    static constexpr std::size_t buffer_bytes = 64 * 1024;
    // As many streams as one wait tells of. More stay ready for the next one.
    static constexpr std::size_t events_per_turn = 1024;

    unique_descriptor epoll_;
    unique_descriptor eventfd_;
    unique_descriptor timerfd_;
    std::atomic<bool> woken_{false};  // the eventfd was written to, and no turn has seen it yet
    bool in_turn_ = false;
    bool hosted_ = false;       // somebody polls our descriptor
    time_point alarm_ = never;  // what the timerfd is set to
    timer_queue timers_;

    std::span<epoll_event> ready_;   // this turn's events, as long as they are being delivered
    std::vector<failure> failures_;  // to be told at the end of the turn
    std::vector<stream*> closed_;    // the same

    listener* accepting_ = nullptr;  // null again if it was removed meanwhile
    int accepted_ = -1;              // the socket that is being handed over
    std::vector<listener*> starved_;
    retry retry_{*this};

    std::array<epoll_event, events_per_turn> events_;
    alignas(4096) std::array<std::byte, buffer_bytes> buffer_;
};

}  // namespace pushwire::net
