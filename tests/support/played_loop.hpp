#pragma once
// net::loop without a kernel, for who connects: a test says what happens to its sockets, and when, and sees what was sent.
// Nothing is told but from within a turn; what the contract of net/loop.hpp forbids its callers stops the process.

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "net/loop.hpp"
#include "net/timer_queue.hpp"

namespace pushwire::support {

class played_loop final : public net::loop {
  public:
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

    struct socket {
        net::stream* who = nullptr;  ///< null: closed
        bool connecting = true;
        bool pending = false;  ///< on_writable is to come
        bool ended = false;    ///< no more is read
        bool failed = false;
        bool shut = false;
        std::size_t takes = all;  ///< how many more bytes there is room for
        std::vector<std::byte> sent{};
        std::span<std::byte> lent{};  ///< where the next read goes, on completions
    };

    explicit played_loop(net::time_point begin) : time_{begin} { now_ = begin; }
    ~played_loop() override;

    /// As on completions: where a read goes is asked when the one before has ended.
    bool completions = false;
    /// Called for each send with what there is room for; says how much of it is taken.
    std::function<std::size_t(std::size_t)> takes_of;

    // --- what the test sees

    /// In the order in which they began to connect.
    [[nodiscard]] const std::vector<std::unique_ptr<socket>>& sockets() const { return sockets_; }
    /// The newest one, if it is not closed; else null.
    [[nodiscard]] socket* newest() const;
    /// When a timer will expire.
    [[nodiscard]] net::time_point earliest() const { return timers_.earliest(); }

    // --- what happens in the next turn, to the newest socket

    void happen(std::function<void(socket&)> what) { happening_ = std::move(what); }
    void move_clock(net::time_point to) { time_ = std::max(time_, to); }

    // --- for `happen`

    static void connect(socket& which);
    /// Reads some of `bytes`, at most `most`. Returns how many.
    std::size_t receive(socket& which, std::span<const std::byte> bytes, std::size_t most, bool in_place);
    static void end_input(socket& which);
    static void fail(socket& which, std::error_code why);
    static void make_room(socket& which, std::size_t bytes);

    // --- net::loop

    [[nodiscard]] net::time_point time() const override { return time_; }
    [[nodiscard]] const char* name() const override { return "played"; }
    void listen(net::listener&, int, bool) override { refuse(); }
    void pause(net::listener&) override { refuse(); }
    void resume(net::listener&) override { refuse(); }
    void remove(net::listener&) override { refuse(); }
    void attach(net::stream&, int) override { refuse(); }
    void connect(net::stream& who, int connecting) override;
    net::send_outcome send(net::stream& who, std::span<const std::span<const std::byte>> segments) override;
    void pause(net::stream&) override { refuse(); }
    void resume(net::stream&) override { refuse(); }
    void shut_write(net::stream& who) override;
    void close(net::stream& who) override;
    void arm(net::timer& who, net::time_point when) override { timers_.arm(who, when); }
    void turn(net::time_point until) override;
    void wake() noexcept override {}
    [[nodiscard]] int descriptor() override { return -1; }

  private:
    [[noreturn]] static void refuse();
    [[nodiscard]] socket& of(const net::stream& who);
    void let_go_closed();

    net::time_point time_;
    net::timer_queue timers_;
    std::function<void(socket&)> happening_;
    std::vector<std::unique_ptr<socket>> sockets_;
    std::vector<net::stream*> closed_;
    bool in_turn_ = false;
};

}  // namespace pushwire::support
