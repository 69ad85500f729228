#include "engine/memory_bounds.hpp"

#include <algorithm>

namespace pushwire::engine {

void memory_bounds::stuck(memory_holder& who, std::size_t taken, std::size_t left, net::time_point now) {
    auto& place = who.stuck;
    if (place.waits() && (taken == 0 || taken < place.to_move)) {
        place.to_move -= taken;
        return;
    }
    place.to_move = std::min(left, step);
    stuck_.join(place, now);
}

void memory_bounds::not_stuck(memory_holder& who) {
    stuck_.leave(who.stuck);
    queued_beside(who, 0);
}

void memory_bounds::queued_beside(memory_holder& who, std::size_t bytes) {
    beside_ += bytes - who.stuck.beside;
    who.stuck.beside = bytes;
}

memory_holder* memory_bounds::longest_stuck() const {
    auto* const first = stuck_.first();
    return first ? &static_cast<memory_holder::stuck_place*>(first)->holder : nullptr;
}

void memory_bounds::unfinished(memory_holder& who, std::size_t bytes, net::time_point last_byte,
                               net::time_point now) {
    auto& place = who.unfinished;
    unfinished_bytes_ += bytes - place.bytes;
    place.bytes = bytes;
    if (bytes == 0) {
        unfinished_.leave(place);
    } else if (!place.waits() || place.since() < last_byte) {
        unfinished_.join(place, now);
    }
}

memory_holder* memory_bounds::longest_unfinished() const {
    auto* const first = unfinished_.first();
    return first ? &static_cast<memory_holder::unfinished_place*>(first)->holder : nullptr;
}

void memory_bounds::forget(memory_holder& who) {
    not_stuck(who);
    unfinished(who, 0, {}, {});
}

}  // namespace pushwire::engine
