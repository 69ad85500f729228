// How a worker keeps within its share of the bounds of the whole server, and who gives way.

#include <utility>

#include "base/time.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

connection& owner_of(memory_holder& which) {
    return static_cast<connection::extras&>(which).owner;
}

}  // namespace

void worker::relieve_backlogs() {
    if (std::exchange(relieving_, true)) return;
    // What only waits for the end of the turn is nobody's fault.
    for (connection* const each : unsettled_) {
        if (each) each->hand_over();
    }
    while (is_too_much_queued()) {
        auto* const first = bounds_.longest_stuck();
        if (!first) break;
        owner_of(*first).give_up_queue(error::all_backlogs_full);
    }
    relieving_ = false;
}

void worker::relieve_unfinished() {
    if (!bounds_.is_too_much_unfinished() || std::exchange(relieving_, true)) return;
    while (bounds_.is_too_much_unfinished()) owner_of(*bounds_.longest_unfinished()).give_up_unfinished();
    relieving_ = false;
}

// They all have the same time, so the first in line is the first whose time is over: one timer serves all.
void worker::watch_stuck() {
    const auto time = server_.options.limits.stuck_time;
    const auto* const first = bounds_.longest_stuck();
    if (watches_stuck_ || !first || time.count() == 0) return;
    watches_stuck_ = true;
    loop_->arm(stuck_, base::later(first->stuck.since(), time));
}

void worker::end_stuck() {
    watches_stuck_ = false;
    const auto now = loop_->now();
    const auto is_due = [&](const memory_holder* first) {
        return first && base::later(first->stuck.since(), server_.options.limits.stuck_time) <= now;
    };
    for (auto* first = bounds_.longest_stuck(); is_due(first); first = bounds_.longest_stuck()) {
        bounds_.stuck_anew(*first, now);
        auto& owner = owner_of(*first);
        if (!owner.lingers()) owner.give_up_queue(error::stuck_timeout);
    }
    watch_stuck();
}

}  // namespace pushwire::engine
