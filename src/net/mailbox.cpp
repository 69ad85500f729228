#include "net/mailbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "net/loop.hpp"

namespace pushwire::net {

mailbox::mailbox(loop& receiver, std::size_t capacity) : receiver_{receiver}, capacity_{capacity} {}

bool mailbox::reserve(std::size_t bytes) noexcept {
    std::size_t taken = bytes_.load(std::memory_order_relaxed);
    do {
        if (bytes > capacity_ - taken) return false;
    } while (!bytes_.compare_exchange_weak(taken, taken + bytes, std::memory_order_relaxed));
    return true;
}

bool mailbox::post(std::size_t bytes, call what) {
    if (!reserve(bytes)) return false;
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(what));
        waiting_bytes_ += bytes;
    }
    wake_once();
    return true;
}

bool mailbox::add(batch& to, std::size_t bytes, call what) {
    if (!reserve(bytes)) return false;
    to.calls.push_back(std::move(what));
    to.bytes += bytes;
    return true;
}

void mailbox::post(batch& all) {
    if (all.calls.empty()) return;
    {
        const std::lock_guard lock{mutex_};
        std::ranges::move(all.calls, std::back_inserter(waiting_));
        waiting_bytes_ += all.bytes;
    }
    all.calls.clear();
    all.bytes = 0;
    wake_once();
}

void mailbox::wake_once() {
    if (!woken_.exchange(true, std::memory_order_acq_rel)) receiver_.wake();
}

// In a turn without a call it costs no lock. The flag falls before the calls are taken: one that comes between is taken
// now, and wakes in vain.
bool mailbox::run() {
    if (!woken_.load(std::memory_order_relaxed)) return false;
    woken_.exchange(false, std::memory_order_acq_rel);
    std::size_t running_bytes = 0;
    {
        const std::lock_guard lock{mutex_};
        running_.swap(waiting_);
        running_bytes = std::exchange(waiting_bytes_, 0);
    }
    if (running_.empty()) return false;
    for (call& each : running_) each();
    running_.clear();
    bytes_.fetch_sub(running_bytes, std::memory_order_relaxed);
    return true;
}

}  // namespace pushwire::net
