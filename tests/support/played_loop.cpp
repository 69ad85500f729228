#include "support/played_loop.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/assert.hpp"

namespace pushwire::support {

played_loop::~played_loop() {
    PUSHWIRE_ASSERT(timers_.earliest() == net::never);
    PUSHWIRE_ASSERT(std::ranges::all_of(sockets_, [](const auto& each) { return each->who == nullptr; }));
}

void played_loop::refuse() {
    std::fputs("played_loop: a client asks for what only a server does\n", stderr);
    std::abort();
}

played_loop::socket* played_loop::newest() const {
    return !sockets_.empty() && sockets_.back()->who ? sockets_.back().get() : nullptr;
}

played_loop::socket& played_loop::of(const net::stream& who) {
    const auto found = std::ranges::find(sockets_, &who, [](const auto& each) { return each->who; });
    PUSHWIRE_ASSERT(found != sockets_.end());
    return **found;
}

// ---------------------------------------------------------------- turns

void played_loop::turn(net::time_point) {
    PUSHWIRE_ASSERT(!in_turn_);
    in_turn_ = true;
    now_ = time_;
    const auto what = std::exchange(happening_, nullptr);
    if (auto* const which = newest(); which && what) what(*which);
    timers_.expire(now_);
    let_go_closed();
    in_turn_ = false;
}

void played_loop::let_go_closed() {
    for (auto* const each : std::exchange(closed_, {})) each->on_closed();
}

// ---------------------------------------------------------------- what happens

void played_loop::connect(socket& which) {
    if (!std::exchange(which.connecting, false)) return;
    which.who->on_writable();
}

std::size_t played_loop::receive(socket& which, std::span<const std::byte> bytes, std::size_t most,
                                 bool in_place) {
    PUSHWIRE_ASSERT(!which.connecting && !which.ended && !which.failed);
    const auto own = completions ? std::exchange(which.lent, {})
                     : in_place  ? which.who->destination()
                                 : std::span<std::byte>{};
    auto size = std::min(most, bytes.size());
    if (!own.empty()) {
        size = std::min(size, own.size());
        std::ranges::copy(bytes.first(size), own.begin());
        which.who->on_committed(size);
    } else {
        // In a block of exactly its size, spoilt and freed when the call returns.
        const auto block = std::make_unique_for_overwrite<std::byte[]>(size);
        std::ranges::copy(bytes.first(size), block.get());
        which.who->on_received({block.get(), size});
        std::memset(block.get(), 0xdd, size);
    }
    if (completions && in_place && which.who && !which.failed) which.lent = which.who->destination();
    return size;
}

void played_loop::end_input(socket& which) {
    which.ended = true;
    which.lent = {};
    which.who->on_received_eof();
}

void played_loop::fail(socket& which, std::error_code why) {
    which.failed = true;
    which.lent = {};
    which.who->on_failed(why);
}

void played_loop::make_room(socket& which, std::size_t bytes) {
    which.takes = bytes;
    if (which.connecting || bytes == 0 || !std::exchange(which.pending, false)) return;
    which.who->on_writable();
}

// ---------------------------------------------------------------- net::loop

void played_loop::connect(net::stream& who, int) {
    sockets_.push_back(std::make_unique<socket>(socket{.who = &who}));
}

net::send_outcome played_loop::send(net::stream& who, std::span<const std::span<const std::byte>> segments) {
    auto& which = of(who);
    PUSHWIRE_ASSERT(!which.connecting && !which.shut && (!which.pending || which.failed));
    if (which.failed) return {.sent = 0, .pending = true};
    std::size_t sent = 0;
    for (const auto each : segments.first(std::min(segments.size(), max_segments))) {
        auto room = std::min(each.size(), which.takes);
        if (takes_of && room > 0) room = std::min(room, takes_of(room));
        which.sent.insert(which.sent.end(), each.begin(), each.begin() + static_cast<std::ptrdiff_t>(room));
        sent += room;
        if (which.takes != all) which.takes -= room;
        if (room == each.size()) continue;
        which.pending = true;
        break;
    }
    return {.sent = sent, .pending = which.pending};
}

void played_loop::shut_write(net::stream& who) {
    auto& which = of(who);
    PUSHWIRE_ASSERT(!which.connecting && !which.shut && (!which.pending || which.failed));
    which.shut = true;
}

void played_loop::close(net::stream& who) {
    auto& which = of(who);
    disarm(who);
    if (!which.lent.empty()) std::memset(which.lent.data(), 0xdd, which.lent.size());
    which.lent = {};
    which.who = nullptr;
    closed_.push_back(&who);
}

}  // namespace pushwire::support
