#include "sim/link.hpp"

#include <algorithm>

namespace pushwire::sim {

std::size_t link::room(side from) const {
    const auto& pipe = to(other(from));
    return habits_.capacity - std::min(habits_.capacity, pipe.held.size());
}

std::size_t link::send(side from, std::span<const std::byte> bytes) {
    if (here(from).failed || here(from).shut || here(from).closed) return 0;
    bytes = bytes.first(std::min(bytes.size(), room(from)));
    auto& pipe = to(other(from));
    pipe.held.insert(pipe.held.end(), bytes.begin(), bytes.end());
    for (std::size_t left = bytes.size(); left != 0;) {
        const bool small = chance_.percent(habits_.small_pieces_percent);
        const auto wanted =
            small ? chance_.between<std::size_t>(1, 14)
                  : chance_.between<std::size_t>(habits_.usual_piece / 2 + 1, habits_.usual_piece);
        const auto size = std::min(left, wanted);
        dispatch(other(from), kind::bytes, size);
        left -= size;
    }
    return bytes.size();
}

std::size_t link::receive(side at, std::span<std::byte> into) {
    auto& pipe = to(at);
    const auto size = std::min(into.size(), pipe.arrived);
    std::copy_n(pipe.held.begin(), size, into.begin());
    pipe.held.erase(pipe.held.begin(), pipe.held.begin() + static_cast<std::ptrdiff_t>(size));
    pipe.arrived -= size;
    here(at).last_received = clock_.now();
    if (size != 0) on_news(other(at));
    return size;
}

void link::shut(side which) {
    auto& state = here(which);
    if (state.shut || state.failed || state.closed) return;
    state.shut = true;
    dispatch(other(which), kind::end, 0);
}

void link::close(side which) {
    if (here(which).closed) return;
    shut(which);
    here(which).closed = true;
    here(which).closed_at = clock_.now();
    if (to(which).arrived != 0) answer_with_reset(which);
}

// It travels behind what was sent before it.
void link::answer_with_reset(side from) {
    if (here(from).sent_reset || here(from).failed) return;
    here(from).sent_reset = true;
    dispatch(other(from), kind::reset, 0);
}

void link::dispatch(side towards, kind what, std::size_t size) {
    auto& pipe = to(towards);
    auto when = clock_.now() + chance_.between(habits_.least_delay, habits_.most_delay);
    if (!pipe.pieces.empty()) when = std::max(when, pipe.pieces.back().when);
    pipe.pieces.push_back({when, what, size});
    expect(towards);
}

void link::expect(side towards) {
    auto& pipe = to(towards);
    if (pipe.expected || pipe.pieces.empty() || vanished_) return;
    pipe.expected = true;
    clock_.at(std::max(pipe.pieces.front().when, pipe.stalled_until), [this, towards] {
        to(towards).expected = false;
        arrive(towards);
    });
}

void link::arrive(side at) {
    auto& pipe = to(at);
    if (vanished_) return;
    while (!pipe.pieces.empty() && pipe.stalled_until <= clock_.now() &&
           pipe.pieces.front().when <= clock_.now()) {
        const auto next = pipe.pieces.front();
        pipe.pieces.pop_front();
        take(at, next);
    }
    expect(at);
    on_news(at);
}

void link::take(side at, const piece& what) {
    auto& pipe = to(at);
    if (here(at).failed) return;
    switch (what.what) {
        case kind::bytes:
            if (here(at).closed) {  // nobody is there to read it
                pipe.held.erase(pipe.held.begin(),
                                pipe.held.begin() + static_cast<std::ptrdiff_t>(what.size));
                return answer_with_reset(at);
            }
            pipe.arrived += what.size;
            return;
        case kind::end:
            pipe.end_arrived = true;
            return;
        case kind::reset:
            here(at).failed = true;
            pipe.held.clear();
            pipe.arrived = 0;
            pipe.pieces.clear();
            return;
    }
}

void link::stall(side towards, time_point until) {
    to(towards).stalled_until = std::max(to(towards).stalled_until, until);
}

void link::reset() {
    if (broken()) return;
    reset_ = true;
    for (const auto each : {side::client, side::server}) {
        to(each).pieces.clear();  // what was under way is lost
        to(each).held.resize(to(each).arrived);
        dispatch(each, kind::reset, 0);
    }
}

void link::vanish() {
    vanished_ = true;
}

void link::heal() {
    habits_.least_delay = std::chrono::microseconds{10};
    habits_.most_delay = std::chrono::microseconds{100};
    habits_.capacity = std::size_t{1} << 20;
    habits_.usual_piece = 65'536;
    for (const auto each : {side::client, side::server}) {
        to(each).stalled_until = {};
        for (auto& next : to(each).pieces) next.when = std::min(next.when, clock_.now() + habits_.most_delay);
        to(each).expected = false;  // sooner than it was
        expect(each);
        on_news(each);
    }
}

}  // namespace pushwire::sim
