#pragma once
// Ends a wait from elsewhere: an eventfd, written to once however often it is asked for until that was seen.

#include <atomic>

#include "net/socket.hpp"

namespace pushwire::net {

/// What a waker stands on where several processes wake one: an eventfd that all have inherited, and a flag in memory that
/// they share. Both outlive it.
struct shared_wake {
    int descriptor = -1;  ///< -1: none, it has its own
    std::atomic<bool>* woken = nullptr;
};

class waker {
  public:
    /// Throws std::system_error.
    explicit waker(const shared_wake& by = {});

    /// Readable from the first `wake` on. To be watched for the edge: each write is told once, and need not be read.
    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// From any thread, and from a signal handler.
    void wake() noexcept;
    /// The loop has seen it. Whatever was done before a `wake` that wrote nothing is seen from here on.
    void has_woken() noexcept { woken_.exchange(false); }

  private:
    unique_descriptor own_eventfd_;
    std::atomic<bool> own_woken_{false};
    const int descriptor_;
    std::atomic<bool>& woken_;  // it was written to, and the loop has not seen it yet
};

}  // namespace pushwire::net
