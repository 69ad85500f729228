#include "net/mailbox.hpp"

#include <utility>

#include "net/loop.hpp"

namespace pushwire::net {

mailbox::mailbox(loop& receiver, std::size_t capacity) : receiver_{receiver}, capacity_{capacity} {}

bool mailbox::post(std::size_t bytes, call what) {
    {
        const std::lock_guard lock{mutex_};
        if (bytes > capacity_ - bytes_) return false;
        waiting_.push_back(std::move(what));
        bytes_ += bytes;
        if (std::exchange(woken_, true)) return true;
    }
    receiver_.wake();
    return true;
}

bool mailbox::run() {
    std::size_t running_bytes = 0;
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.empty()) return false;
        running_.swap(waiting_);
        running_bytes = bytes_;
        woken_ = false;
    }
    for (call& each : running_) each();
    running_.clear();
    const std::lock_guard lock{mutex_};
    bytes_ -= running_bytes;
    return true;
}

}  // namespace pushwire::net
