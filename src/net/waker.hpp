#pragma once
// Ends a wait from elsewhere: an eventfd, written to once however often it is asked for until that was seen.

#include <atomic>

#include "net/socket.hpp"

namespace pushwire::net {

class waker {
  public:
    /// Throws std::system_error.
    waker();

    /// Readable from the first `wake` on. To be watched for the edge: each write is told once, and need not be read.
    [[nodiscard]] int descriptor() const { return eventfd_.get(); }
    /// From any thread, and from a signal handler.
    void wake() noexcept;
    /// The loop has seen it. Whatever was done before a `wake` that wrote nothing is seen from here on.
    void has_woken() noexcept { woken_.exchange(false); }

  private:
    unique_descriptor eventfd_;
    std::atomic<bool> woken_{false};  // it was written to, and the loop has not seen it yet
};

}  // namespace pushwire::net
