#pragma once
// The event loop: file descriptors in, completions out. It owns every system call on a socket and the clock, and
// knows nothing of what the bytes mean.
//
// The interface is shaped for completions (io_uring): an operation is asked for, and its outcome is told later by a
// call to the object it was asked for. An implementation on readiness (epoll) does the operation when the kernel says
// that it can, and tells then. Rules that hold for every implementation:
//
//   - Everything here is called by the loop's own thread, except `wake` and the clocks.
//   - Objects (stream, listener, timer) are told things only from within `turn`, never from within a call that they or
//     their owners make: so a call never re-enters the caller.
//   - After `close(stream)` nothing more is told to it but `on_closed`, and after that the loop has forgotten it. A
//     stream stays where it is until then.
//   - What is told must not throw.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "net/address.hpp"
#include "net/waker.hpp"

namespace pushwire::net {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;
using wall_time_point = std::chrono::system_clock::time_point;
inline constexpr time_point never = time_point::max();

/// Something that wants to be told when a time has come. Disarm it before it is destroyed.
class timer {
  public:
    /// The time it was armed for has come; it is no longer armed.
    virtual void on_expired() = 0;

  protected:
    virtual ~timer() = default;  // nobody deletes by it

  private:
    friend class timer_queue;
    static constexpr std::uint32_t not_armed = ~std::uint32_t{0};
    std::uint32_t place_ = not_armed;  // in the queue
};

/// One connected byte stream. Derive to be told what happens to it.
class stream : public timer {
  public:
    stream() = default;
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    /// Where the next bytes shall be read to, asked before each read; empty: into the loop's own buffer. In the first
    /// case `on_committed` follows, be it of nothing; in the second `on_received`. What the kernel had read before it was
    /// asked comes by `on_received`, too.
    virtual std::span<std::byte> destination() = 0;
    /// Bytes came into the loop's buffer; they are the stream's to change until it returns.
    virtual void on_received(std::span<std::byte> bytes) = 0;
    /// `n` bytes came into `destination()`.
    virtual void on_committed(std::size_t n) = 0;
    /// The peer has shut its side. Told once; reading has stopped.
    virtual void on_received_eof() = 0;
    /// After a `send` that was pending: the stream takes more again.
    virtual void on_writable() = 0;
    /// The stream broke: nothing can be read or sent any more. Told once. It still has to be closed.
    virtual void on_failed(std::error_code why) = 0;
    /// The last call: the loop has let go of the stream, which may be destroyed in it.
    virtual void on_closed() = 0;

  protected:
    ~stream() override = default;

  private:
    friend class socket_loop;
    // The implementation's. An idle stream must be small: whatever only a busy one needs lives elsewhere.
    int descriptor_ = -1;
    std::uint32_t state_ = 0;
};
static_assert(sizeof(stream) <= 32);

/// A socket that listens. Derive to be told of connections.
class listener {
  public:
    listener() = default;
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    /// A connection was accepted; `connected` is its socket (non-blocking, close-on-exec), now the callee's.
    virtual void on_accepted(int connected, const address& remote) = 0;
    /// Accepting failed: most likely file descriptors have run out. The loop tries again by itself in a while
    /// (told once until it succeeds again); connections wait in the kernel's queue.
    virtual void on_accept_failed(std::error_code why) = 0;

  protected:
    virtual ~listener() = default;

  private:
    friend class socket_loop;
    int descriptor_ = -1;
    std::uint32_t state_ = 0;
};

/// What `send` made of its bytes.
struct send_outcome {
    std::size_t sent = 0;  ///< taken at once, in order
    /// Not all was taken: nothing more is sent before `on_writable`.
    bool pending = false;
};

/// `automatic`: io_uring where `uring::is_fit` and it is granted, else epoll.
enum class backend : std::uint8_t { automatic, epoll, io_uring };

class loop {
  public:
    /// How many segments one `send` takes: enough to fill a socket's buffer with small messages, few enough for the
    /// call's stack and for what is remembered of a slow peer.
    static constexpr std::size_t max_segments = 64;

    /// Throws std::system_error when the kernel grants no loop; of io_uring a pushwire::setup_error, whose text says how to
    /// mend it. May be made by another thread than the one that will turn it, and `listen` be called there, too.
    /// `by`: what others wake it by, where they are in other processes.
    [[nodiscard]] static std::unique_ptr<loop> make(backend which, const shared_wake& by = {});
    virtual ~loop() = default;

    /// The time at which this turn began to deliver; before the first turn, when the loop was made.
    [[nodiscard]] time_point now() const { return now_; }
    /// Reads the clock into `now`, for calls that are made between turns.
    void update_time() { now_ = time(); }
    /// What the clocks say at this moment. Any thread. All time comes from here, so that a simulated loop brings its own.
    [[nodiscard]] virtual time_point time() const { return clock::now(); }
    [[nodiscard]] virtual wall_time_point wall_time() const { return wall_time_point::clock::now(); }
    /// Whether it is `when`, for who shares a turn's time among others. A simulated loop may say so early, since its clock
    /// stands still meanwhile.
    [[nodiscard]] virtual bool is_reached(time_point when) { return time() >= when; }
    /// "epoll", "io_uring"
    [[nodiscard]] virtual const char* name() const = 0;

    /// Begins to accept on a listening socket (see net/socket.hpp), which stays the caller's to close.
    /// `shared`: other loops accept on the same socket. Throws std::system_error when it cannot be watched.
    virtual void listen(listener& who, int descriptor, bool shared) = 0;
    /// Stops accepting for now (connections wait in the kernel's queue), and begins again.
    virtual void pause(listener& who) = 0;
    virtual void resume(listener& who) = 0;
    /// Forgets the listener at once; its socket can be closed, which frees its address.
    virtual void remove(listener& who) = 0;

    /// Takes over a connected socket and begins to read. Small TCP writes are not delayed (TCP_NODELAY).
    virtual void attach(stream& who, int connected) = 0;
    /// The same of a socket that is still connecting: `on_writable` tells that it has, `on_failed` that it cannot. Nothing is
    /// sent before.
    virtual void connect(stream& who, int connecting) = 0;
    /// Sends the segments in order. Not while an earlier `send` is pending. At most `max_segments` are taken: when
    /// nothing is pending and less was sent than was given, call again with the rest. An error is told by `on_failed`
    /// later; until then, and after it, nothing is taken and the outcome says pending.
    virtual send_outcome send(stream& who, std::span<const std::span<const std::byte>> segments) = 0;
    /// Between the two, what is sent may be gathered to leave together; it is taken all the same, and has left, as far as
    /// there is room, when `end_batch` returns. Does nothing where a system call for each is as good.
    virtual void begin_batch() {}
    virtual void end_batch() {}
    /// Stops reading, and begins again. What the kernel has read already may still be told. That the connection broke
    /// is told while paused, too; its end is not.
    virtual void pause(stream& who) = 0;
    virtual void resume(stream& who) = 0;
    /// Ends our side of the stream after what was sent. Not while a `send` is pending.
    virtual void shut_write(stream& who) = 0;
    /// Closes the socket, at once or as soon as the kernel does nothing more with it, and disarms the stream as a timer.
    /// `on_closed` follows when that is done: as a rule in this turn or the next.
    virtual void close(stream& who) = 0;

    /// (Re-)arms a timer; `never` disarms it. It never expires early. A time that has passed expires in this turn or the
    /// next, or when very many have, in one that follows at once; when it is armed from within `on_expired`, not in the same.
    virtual void arm(timer& who, time_point when) = 0;
    void disarm(timer& who) { arm(who, never); }

    /// Waits until something happens, at most until `until`, and delivers everything that happened.
    virtual void turn(time_point until) = 0;
    /// Makes the turn under way, or the next one, return at once. From any thread, and from a signal handler.
    virtual void wake() noexcept = 0;
    /// A file descriptor that is readable while a turn would find something to do (I/O, timers, `wake`), for hosts that
    /// have a loop of their own.
    [[nodiscard]] virtual int descriptor() = 0;

  protected:
    time_point now_{};
};

}  // namespace pushwire::net
