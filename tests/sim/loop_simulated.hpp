#pragma once
// net::loop without a kernel: its sockets are sides of links, its clock is the schedule's. Everything that the contract of
// net/loop.hpp leaves open is drawn: which of the ready sockets are told in a turn and in which order, how much is read
// or taken at a time, and whether a large read goes to its place at once (as on readiness, epoll) or later (as on
// completions, io_uring). What the contract forbids its callers is an oracle.
//
// Bytes are lent in a block of exactly their size, which is spoilt and freed when the call returns.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "net/loop.hpp"
#include "net/timer_queue.hpp"
#include "sim/link.hpp"
#include "sim/record.hpp"

namespace pushwire::sim {

struct loop_habits {
    bool completions = false;           ///< large reads happen later, where the memory lies
    std::size_t most_read = 65'536;     ///< bytes a read
    unsigned short_write_percent = 0;   ///< a send takes less than there is room for
    unsigned later_percent = 0;         ///< a socket that is ready is told in a later turn only
    unsigned looks_again_percent = 0;   ///< what became ready in a turn is told in it
    unsigned accept_fails_percent = 0;  ///< no descriptor is left for a while
    unsigned slow_turn_percent = 0;     ///< who asks whether his time in a turn is over is told so
};

/// The sockets of the process, which its loops share: one may attach what another has accepted.
using descriptors = std::vector<link*>;

class loop_simulated final : public net::loop {
  public:
    loop_simulated(schedule& clock, record& notes, random chance, const loop_habits& habits,
                   descriptors& sockets);
    ~loop_simulated() override;

    // --- for the simulation

    /// A client has connected: it waits to be accepted.
    void connect(link& over, const net::address& from);
    /// Whether a turn would find something to tell.
    [[nodiscard]] bool runnable() const;
    /// When it will by itself.
    [[nodiscard]] time_point earliest() const;
    [[nodiscard]] bool listens() const { return !listeners_.empty(); }
    [[nodiscard]] std::size_t sockets() const { return sockets_.size(); }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }
    /// Who still waits in the queue of the listening socket is refused.
    void refuse_waiting();

    // --- net::loop

    [[nodiscard]] time_point time() const override { return clock_.now(); }
    [[nodiscard]] bool is_reached(time_point when) override {
        return time() >= when || chance_.percent(habits_.slow_turn_percent);
    }
    [[nodiscard]] net::wall_time_point wall_time() const override { return clock_.wall_time(); }
    [[nodiscard]] const char* name() const override { return "simulated"; }
    void listen(net::listener& who, int descriptor, bool shared) override;
    void pause(net::listener& who) override;
    void resume(net::listener& who) override;
    void remove(net::listener& who) override;
    void attach(net::stream& who, int connected) override;
    void connect(net::stream& who, int connecting) override;
    net::send_outcome send(net::stream& who, std::span<const std::span<const std::byte>> segments) override;
    void pause(net::stream& who) override;
    void resume(net::stream& who) override;
    void shut_write(net::stream& who) override;
    void close(net::stream& who) override;
    void arm(net::timer& who, time_point when) override;
    void turn(time_point until) override;
    void wake() noexcept override { woken_ = true; }
    [[nodiscard]] int descriptor() override { return -1; }

  private:
    struct waiting {
        link* over;
        net::address from;
    };
    struct listening {
        net::listener* who;
        bool paused;
    };
    struct socket {
        net::stream* who;
        link* over;
        bool paused = false;
        bool reads_once_more = false;  // paused, but the kernel had read already
        bool at_end = false;
        bool shut = false;
        bool pending = false;
        bool failing = false;  // a send failed: on_failed is to come
        bool failed = false;
        bool closed = false;
        std::span<std::byte> lent{};  // a read under way into the stream's own memory
    };

    [[nodiscard]] socket& of(const net::stream& who);
    [[nodiscard]] bool ready(const socket& which) const;
    [[nodiscard]] bool reads(const socket& which) const;
    void accept();
    void deliver_ready();
    void deliver(socket& which);
    void receive(socket& which);
    void fail(socket& which);
    void let_go_closed();
    void expect(bool holds, std::string_view what) { notes_.expect(holds, "the loop's contract", what); }

    schedule& clock_;
    record& notes_;
    random chance_;
    const loop_habits habits_;
    net::timer_queue timers_;
    std::vector<listening> listeners_;
    std::deque<waiting> queue_;
    descriptors& by_descriptor_;
    std::size_t accepted_ = 0;
    time_point starved_until_{};
    bool starvation_told_ = false;
    std::vector<std::unique_ptr<socket>> sockets_;
    std::unordered_map<const net::stream*, socket*> by_stream_;  // looked up in, never walked through
    std::vector<socket*> closed_;
    bool woken_ = false;
    bool in_turn_ = false;
    int turns_at_once_ = 0;  // since time has passed
};

}  // namespace pushwire::sim
