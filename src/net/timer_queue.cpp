#include "net/timer_queue.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pushwire::net {
namespace {

constexpr std::uint32_t children = 4;

}  // namespace

void timer_queue::arm(timer& which, time_point when) {
    if (when == never) return disarm(which);
    if (which.place_ != timer::not_armed && which.place_ >= due_mark) disarm(which);
    if (which.place_ == timer::not_armed) {
        const auto last = static_cast<std::uint32_t>(heap_.size());
        PUSHWIRE_ASSERT(last < due_mark);
        heap_.push_back({when, &which});
        return move_up(last, {when, &which});
    }
    const std::uint32_t place = which.place_;
    if (when < heap_[place].when) {
        move_up(place, {when, &which});
    } else {
        move_down(place, {when, &which});
    }
}

void timer_queue::expire(time_point now) {
    while (due_.size() < most_at_once && !heap_.empty() && heap_.front().when <= now) {
        timer* const first = heap_.front().which;
        remove(0);
        first->place_ = due_mark + static_cast<std::uint32_t>(due_.size());
        due_.push_back(first);
    }
    for (timer* which : due_) {
        if (which == nullptr) continue;
        which->place_ = timer::not_armed;
        which->on_expired();
    }
    due_.clear();
}

void timer_queue::disarm(timer& which) {
    if (which.place_ == timer::not_armed) return;
    if (which.place_ >= due_mark) {
        due_[which.place_ - due_mark] = nullptr;
    } else {
        remove(which.place_);
    }
    which.place_ = timer::not_armed;
}

// The last one takes the place that becomes free, and moves on from there.
void timer_queue::remove(std::uint32_t place) {
    const entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    if (place > 0 && last.when < heap_[(place - 1) / children].when) {
        move_up(place, last);
    } else {
        move_down(place, last);
    }
}

void timer_queue::put(std::uint32_t place, entry what) {
    heap_[place] = what;
    what.which->place_ = place;
}

void timer_queue::move_up(std::uint32_t place, entry what) {
    while (place > 0) {
        const std::uint32_t parent = (place - 1) / children;
        if (heap_[parent].when <= what.when) break;
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, what);
}

void timer_queue::move_down(std::uint32_t place, entry what) {
    const auto size = static_cast<std::uint32_t>(heap_.size());
    while (true) {
        const std::uint32_t first = place * children + 1;
        if (first >= size) break;
        std::uint32_t least = first;
        for (std::uint32_t child = first + 1; child < std::min(first + children, size); ++child) {
            if (heap_[child].when < heap_[least].when) least = child;
        }
        if (what.when <= heap_[least].when) break;
        put(place, heap_[least]);
        place = least;
    }
    put(place, what);
}

}  // namespace pushwire::net
