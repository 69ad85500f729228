#pragma once
// The loop that is tested, on the kernel's sockets, with a clock of the test's: time passes when the test says so. What it
// wraps keeps the sockets; the timers are here.
//
// Real time is only ever waited for news of the kernel, so what a test sees does not depend on it.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "net/loop.hpp"
#include "net/timer_queue.hpp"
#include "support/tested_loop.hpp"

namespace pushwire::support {

class clocked_loop final : public net::loop {
  public:
    clocked_loop() { now_ = time_; }

    // --- for the test, between turns

    /// What falls due is told in the next turn.
    void move_to(net::time_point when) { time_ = std::max(time_, when); }
    /// When the first timer is due; `never` when none is armed.
    [[nodiscard]] net::time_point earliest() const { return timers_.earliest(); }
    /// Timers alone are told, and nothing of the kernel's.
    void be_deaf(bool deaf) { deaf_ = deaf; }
    /// How many sockets it was given, and how many of them it has not been asked to close.
    [[nodiscard]] std::size_t given() const { return given_; }
    [[nodiscard]] std::size_t open() const { return given_ - closed_; }

    // --- net::loop

    [[nodiscard]] net::time_point time() const override { return time_; }
    [[nodiscard]] const char* name() const override { return real_->name(); }
    void listen(net::listener& who, int descriptor, bool shared) override {
        real_->listen(who, descriptor, shared);
    }
    void pause(net::listener& who) override { real_->pause(who); }
    void resume(net::listener& who) override { real_->resume(who); }
    void remove(net::listener& who) override { real_->remove(who); }
    void attach(net::stream& who, int connected) override;
    void connect(net::stream& who, int connecting) override;
    net::send_outcome send(net::stream& who, std::span<const std::span<const std::byte>> segments) override {
        return real_->send(who, segments);
    }
    void pause(net::stream& who) override { real_->pause(who); }
    void resume(net::stream& who) override { real_->resume(who); }
    void shut_write(net::stream& who) override { real_->shut_write(who); }
    void close(net::stream& who) override;
    void arm(net::timer& who, net::time_point when) override { timers_.arm(who, when); }
    /// Waits for news in real time, for as long as `until` is away.
    void turn(net::time_point until) override;
    void wake() noexcept override { real_->wake(); }
    [[nodiscard]] int descriptor() override { return real_->descriptor(); }

  private:
    std::unique_ptr<net::loop> real_ = net::loop::make(tested_loop<net::backend>());
    net::time_point time_{std::chrono::hours{1}};
    net::timer_queue timers_;
    bool deaf_ = false;
    std::size_t given_ = 0;
    std::size_t closed_ = 0;
};

}  // namespace pushwire::support
