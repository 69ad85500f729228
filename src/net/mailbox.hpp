#pragma once
// Calls from other threads to a loop's thread: a queue bounded in bytes. Posting never waits for the receiver.

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

    /// The receiver's thread: runs what was posted before this call. What it posts itself runs the next time.
    /// Returns whether anything ran. Calls must not throw.
    bool run();

  private:
    loop& receiver_;
    const std::size_t capacity_;
    std::mutex mutex_;
    std::vector<call> waiting_;
    std::vector<call> running_;
    std::size_t bytes_ = 0;
    bool woken_ = false;
};

}  // namespace pushwire::net
