#pragma once
// Calls from other threads to a loop's thread: a queue bounded in bytes. Posting never waits for the receiver.

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace pushwire::net {

class loop;

class mailbox {
  public:
    using call = std::move_only_function<void()>;

    /// At most `capacity` bytes of what the calls carry wait, or are being run, at a time. `receiver` is woken when
    /// something comes: once, however much follows until `run`.
    mailbox(loop& receiver, std::size_t capacity);

    /// Any thread. Says false, and keeps nothing, when `bytes` more do not fit. A call with 0 bytes (a control call)
    /// always fits. Calls of one thread run in the order in which they were posted.
    [[nodiscard]] bool post(std::size_t bytes, call what);

    /// Calls that one thread gathers for one mailbox, to post them together.
    struct batch {
        std::vector<call> calls;
        std::size_t bytes = 0;
    };
    /// As `post`, but the receiver learns of it only when the batch is posted.
    [[nodiscard]] bool add(batch& to, std::size_t bytes, call what);
    /// Any thread. Takes all calls, with one wake at most; the batch is empty afterwards.
    void post(batch& all);

    /// The receiver's thread: runs what was posted before this call. What it posts itself runs the next time.
    /// Returns whether anything ran. Calls must not throw.
    bool run();

  private:
    [[nodiscard]] bool reserve(std::size_t bytes) noexcept;
    void wake_once();

    loop& receiver_;
    const std::size_t capacity_;
    std::atomic<std::size_t> bytes_{0};  // of all that was posted, or added to a batch, and has not run
    std::atomic<bool> woken_{false};     // something waits, of which the receiver knows
    std::mutex mutex_;
    std::vector<call> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::vector<call> running_;
};

}  // namespace pushwire::net
