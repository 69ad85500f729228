#pragma once
// What a run does to the server, a class for each mode. The run (run.cpp) keeps the time, and tells it what is ready.

#include <cstdint>
#include <memory>

#include "clock.hpp"
#include "connector.hpp"
#include "meter.hpp"
#include "poller.hpp"
#include "progress.hpp"
#include "schedule.hpp"

namespace pushwire::bench {

/// What all workloads work with.
struct workbench {
    const connector& by;
    poller& ready;
    meter& measured;
};

/// Each function throws failure if the server does what it must not.
class workload {
  public:
    workload() = default;
    virtual ~workload() = default;
    workload(const workload&) = delete;
    workload& operator=(const workload&) = delete;

    /// Opens what has to be open before the clock starts.
    virtual void open(progress& shown) = 0;
    virtual void begin() = 0;
    virtual void ready(const epoll_event& event) = 0;
    /// Once a second: whether something that has to come has not for five seconds.
    virtual void check_progress() = 0;
    /// So far, by all connections: what the wire carries, headers included.
    [[nodiscard]] virtual std::uint64_t bytes_received() const { return 0; }

    // An open loop.
    /// When the next message is to be sent; `never` in a closed loop.
    [[nodiscard]] virtual nanoseconds next_due() const { return never; }
    virtual void send_due() {}
    /// Nothing is due from `at` on.
    virtual void end(nanoseconds at) { static_cast<void>(at); }
    [[nodiscard]] virtual bool is_all_answered() const { return true; }
    /// Records what is not answered as if it were now, and says how many that is.
    virtual std::uint64_t give_up() { return 0; }
};

constexpr int patience_seconds = 5;

[[nodiscard]] std::unique_ptr<workload> make_echo(const workbench& with);
[[nodiscard]] std::unique_ptr<workload> make_fanout(const workbench& with);
[[nodiscard]] std::unique_ptr<workload> make_handshakes(const workbench& with);
[[nodiscard]] std::unique_ptr<workload> make_idle(const workbench& with);

}  // namespace pushwire::bench
