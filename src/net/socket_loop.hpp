#pragma once
// What the loops on the kernel's sockets do alike: the states of streams and listeners, sending, accepting, failures and
// ends, timers and waking, and the order of a turn. How the kernel is asked for news is the heir's: it watches what
// a state asks for, gathers what has happened, and delivers it by the calls that are meant for it here.
//
//   turn:  gather (the wait) -> deliver: bytes, connections -> timers that are due -> failed sends -> what was closed
//
// Bytes come before timers: what has arrived is in time. What was closed comes last, so that a stream stays where it is
// until the news of the turn are through, and a stale one is harmless.

#include <array>
#include <utility>
#include <vector>

#include "net/alarm.hpp"
#include "net/loop.hpp"
#include "net/timer_queue.hpp"
#include "net/waker.hpp"

namespace pushwire::net {

class socket_loop : public loop {
  public:
    void listen(listener& who, int descriptor, bool shared) final;
    void pause(listener& who) final;
    void resume(listener& who) final;
    void remove(listener& who) final;

    void attach(stream& who, int connected) final;
    void connect(stream& who, int socket) final;
    send_outcome send(stream& who, std::span<const std::span<const std::byte>> segments) override;
    void pause(stream& who) final;
    void resume(stream& who) final;
    void shut_write(stream& who) override;
    void close(stream& who) override;

    void arm(timer& who, time_point when) final;

    void turn(time_point until) final;
    void wake() noexcept final { waker_.wake(); }

  protected:
    // The states of a stream. Bits from `first_of_heir` on are the heir's.
    enum : std::uint32_t {
        attached = 1 << 0,
        paused = 1 << 1,
        at_end = 1 << 2,   // the peer's end was read
        pending = 1 << 3,  // the last send was not taken in full
        shut_done = 1 << 4,
        hung = 1 << 5,     // the kernel has told that both directions have ended
        failing = 1 << 6,  // a send failed; on_failed is still to come
        failed = 1 << 7,   // on_failed was told
        closed = 1 << 8,   // on_closed is still to come
        connecting = 1 << 9,
        first_of_heir = 1 << 10,
    };

    explicit socket_loop(const shared_wake& by);

    // --- what an heir does

    /// Sees to it that the kernel tells what the stream's state now asks for.
    virtual void watch(stream& who) = 0;
    /// The same for connections, which are wanted or not. Says false with `errno` if it is refused.
    virtual bool watch(listener& who, bool wanted) = 0;
    /// The listener, which is not watched any more, is gone: nothing is to reach it.
    virtual void forget(listener& who) = 0;
    /// Whether the kernel has let go of a closed stream; if it has not yet, its news is waited for.
    [[nodiscard]] virtual bool is_let_go(const stream& who) const = 0;
    /// Asks for what has happened, and waits for something if `wait`. Says whether it was the alarm, and nothing else.
    virtual bool gather(bool wait) = 0;
    /// Tells what was gathered.
    virtual void deliver() = 0;
    /// A host is going to wait on our descriptor: it has to become readable for whatever happens from here on.
    virtual void leave_to_host() = 0;

    // --- what an heir calls, when it delivers

    /// One read, to `own` or, if that is empty, to the loop's buffer; tells what came of it. Says how many bytes came.
    std::size_t receive(stream& who, std::span<std::byte> own);
    virtual void tell_end(stream& who);
    void tell_writable(stream& who);
    /// Nothing is read or written now, but the kernel has news of the connection.
    void hang_up(stream& who);
    /// A failure that was found in a call from outside is told later, in the turn.
    void fail_later(stream& who, int why);
    void fail(stream& who, int why);
    /// Connections wait.
    void accept(listener& who);

    // --- what an heir sees

    [[nodiscard]] static std::uint32_t& state_of(stream& who) { return who.state_; }
    [[nodiscard]] static std::uint32_t state_of(const stream& who) { return who.state_; }
    [[nodiscard]] static int descriptor_of(const stream& who) { return who.descriptor_; }
    [[nodiscard]] static int descriptor_of(const listener& who) { return who.descriptor_; }
    [[nodiscard]] static bool is_shared(const listener& who);
    /// It takes bytes, as soon as there are some.
    [[nodiscard]] static bool is_reading(std::uint32_t state) {
        return (state & (attached | paused | at_end | failed | closed)) == attached;
    }
    /// Neither direction brings any more news.
    [[nodiscard]] static bool is_over(std::uint32_t state) {
        const bool ended = (state & (at_end | shut_done)) == (at_end | shut_done);
        return ended || (state & (failed | closed)) != 0;
    }
    [[nodiscard]] static bool awaits_room(std::uint32_t state) {
        return (state & (pending | failing)) == pending;
    }
    [[nodiscard]] bool is_in_turn() const { return in_turn_; }
    [[nodiscard]] bool is_hosted() const { return hosted_; }
    /// From now on somebody waits on our descriptor between turns.
    void become_hosted();

    waker waker_;
    alarm alarm_;

  private:
    struct failure {
        stream* who;  // null: closed before it was told
        int why;
    };
    // Tries again to accept, after descriptors or memory ran out.
    struct retry final : timer {
        explicit retry(socket_loop& its_loop) : owner{its_loop} {}
        void on_expired() override { owner.readmit(); }
        socket_loop& owner;
    };

    void wait_for_news(time_point until);
    void settle();
    void show_host();
    void leave_for_next_turn();
    void forget_failure(stream& who);
    void close_descriptor(stream& who);
    [[nodiscard]] static int error_of(const stream& who);
    void let_go(stream& who);

    // listeners (socket_loop_listener.cpp)
    bool watch(listener& who);
    void starve(listener& who);
    void readmit();

    bool in_turn_ = false;
    bool hosted_ = false;  // somebody waits on our descriptor
    timer_queue timers_;

    std::vector<failure> failures_;  // to be told at the end of the turn
    std::vector<stream*> closed_;    // the same, once the kernel has let go of them

    listener* accepting_ = nullptr;  // null again if it was removed meanwhile
    int accepted_ = -1;              // the socket that is being handed over
    std::vector<listener*> starved_;
    retry retry_{*this};

    // Stays in a core's second-level cache, and has a page for the header of a message of 64 KiB; what is larger is read
    // to a stream's own destination. Aligned to a page, so that it has no more of them than it needs.
    static constexpr std::size_t buffer_bytes = 68 * 1024;
    alignas(4096) std::array<std::byte, buffer_bytes> buffer_;
};

}  // namespace pushwire::net
