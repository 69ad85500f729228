#include "sim/loop_simulated.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace pushwire::sim {
namespace {

constexpr int first_descriptor =
    1'000'000;  // no descriptor of this process: nobody may hand them to the kernel
constexpr std::chrono::milliseconds starved_time{100};
// Without that time passes. A server that is destroyed turns until its last connection has gone: more is for ever.
constexpr int most_turns_at_once = 100'000;

}  // namespace

loop_simulated::loop_simulated(schedule& clock, record& notes, random chance, const loop_habits& habits,
                               descriptors& sockets)
    : clock_{clock}, notes_{notes}, chance_{chance}, habits_{habits}, by_descriptor_{sockets} {
    now_ = clock.now();
}

loop_simulated::~loop_simulated() {
    notes_.expect(sockets_.empty(), "nothing leaks", sockets_.size(),
                  " sockets are left when their loop ends");
    notes_.expect(timers_.earliest() == never, "nothing leaks", "a timer is armed when its loop ends");
    refuse_waiting();
}

void loop_simulated::refuse_waiting() {
    for (const auto& each : queue_) each.over->close(side::server);
    queue_.clear();
}

// ---------------------------------------------------------------- turns

bool loop_simulated::runnable() const {
    if (woken_ || !closed_.empty() || timers_.earliest() <= clock_.now()) return true;
    const bool accepts = !queue_.empty() && starved_until_ <= clock_.now() &&
                         std::ranges::any_of(listeners_, [](const listening& l) { return !l.paused; });
    return accepts || std::ranges::any_of(sockets_, [&](const auto& each) { return ready(*each); });
}

time_point loop_simulated::earliest() const {
    const auto timer = timers_.earliest();
    return starved_until_ > clock_.now() ? std::min(timer, starved_until_) : timer;
}

void loop_simulated::turn(time_point) {
    expect(!in_turn_, "a turn within a turn");
    in_turn_ = true;
    woken_ = false;
    turns_at_once_ = now_ == clock_.now() ? turns_at_once_ + 1 : 0;
    PUSHWIRE_ASSERT(turns_at_once_ < most_turns_at_once);
    now_ = clock_.now();
    accept();
    deliver_ready();
    // More may be ready by now, and is told in this turn as well.
    if (chance_.percent(habits_.looks_again_percent)) deliver_ready();
    timers_.expire(now_);
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        if (sockets_[i]->failing && !sockets_[i]->closed) fail(*sockets_[i]);
    }
    let_go_closed();
    in_turn_ = false;
}

void loop_simulated::deliver_ready() {
    std::vector<socket*> all;
    for (const auto& each : sockets_) {
        if (ready(*each) && !chance_.percent(habits_.later_percent)) all.push_back(each.get());
    }
    chance_.shuffle(all);
    for (auto* const each : all) {
        if (ready(*each)) deliver(*each);
    }
}

void loop_simulated::arm(net::timer& who, time_point when) {
    timers_.arm(who, when);
}

// ---------------------------------------------------------------- listeners

void loop_simulated::listen(net::listener& who, int, bool) {
    listeners_.push_back({&who, false});
}

void loop_simulated::pause(net::listener& who) {
    std::ranges::find(listeners_, &who, &listening::who)->paused = true;
}

void loop_simulated::resume(net::listener& who) {
    std::ranges::find(listeners_, &who, &listening::who)->paused = false;
}

void loop_simulated::remove(net::listener& who) {
    std::erase_if(listeners_, [&](const listening& each) { return each.who == &who; });
}

void loop_simulated::connect(link& over, const net::address& from) {
    if (listeners_.empty()) return over.close(side::server);
    queue_.push_back({&over, from});
}

void loop_simulated::accept() {
    while (!queue_.empty() && starved_until_ <= now_) {
        const auto open = std::ranges::find(listeners_, false, &listening::paused);
        if (open == listeners_.end()) return;
        if (chance_.percent(habits_.accept_fails_percent)) {
            starved_until_ = now_ + starved_time;
            if (!std::exchange(starvation_told_, true)) {
                open->who->on_accept_failed(std::make_error_code(std::errc::too_many_files_open));
            }
            return;
        }
        starvation_told_ = false;
        const auto first = queue_.front();
        queue_.pop_front();
        const int descriptor = first_descriptor + static_cast<int>(by_descriptor_.size());
        by_descriptor_.push_back(first.over);
        ++accepted_;
        open->who->on_accepted(descriptor, first.from);
    }
}

// ---------------------------------------------------------------- streams

loop_simulated::socket& loop_simulated::of(const net::stream& who) {
    const auto found = by_stream_.find(&who);
    if (found == by_stream_.end()) {
        // There is nothing to go on with, and the history ends here.
        notes_.fail("the loop's contract", "a stream is named that the loop does not know");
        std::abort();
    }
    return *found->second;
}

void loop_simulated::connect(net::stream&, int) {
    expect(false, "a server connects to somebody");
}

void loop_simulated::attach(net::stream& who, int connected) {
    const auto index = static_cast<std::size_t>(connected - first_descriptor);
    expect(index < by_descriptor_.size(), "an unknown descriptor is attached");
    sockets_.push_back(std::make_unique<socket>(socket{.who = &who, .over = by_descriptor_[index]}));
    by_stream_[&who] = sockets_.back().get();
}

bool loop_simulated::reads(const socket& which) const {
    return (!which.paused || which.reads_once_more) && !which.at_end && !which.failed && !which.closed;
}

bool loop_simulated::ready(const socket& which) const {
    const auto& link = *which.over;
    if (which.closed || which.failed) return false;
    if (which.failing || link.failed(side::server)) return true;
    if (reads(which) && (link.readable(side::server) != 0 || (link.ended(side::server) && !which.paused)))
        return true;
    return which.pending && link.room(side::server) != 0;
}

void loop_simulated::deliver(socket& which) {
    auto& link = *which.over;
    if (link.failed(side::server)) return fail(which);
    if (reads(which) && link.readable(side::server) != 0) {
        receive(which);
    } else if (reads(which) && !which.paused && link.ended(side::server)) {
        which.at_end = true;
        which.lent = {};
        which.who->on_received_eof();
    }
    if (which.closed || which.failed || which.failing || !which.pending) return;
    if (link.room(side::server) == 0) return;
    which.pending = false;
    which.who->on_writable();
}

void loop_simulated::receive(socket& which) {
    auto& link = *which.over;
    which.reads_once_more = false;
    // On completions the place was asked for when the read before had ended; the bytes come to it now.
    auto own = habits_.completions ? std::exchange(which.lent, {}) : which.who->destination();
    const auto most = chance_.between<std::size_t>(1, habits_.most_read);
    if (!own.empty()) {
        const auto n = link.receive(side::server, own.first(std::min(own.size(), most)));
        which.who->on_committed(n);
    } else {
        const auto size = std::min(most, link.readable(side::server));
        const auto bytes = std::make_unique_for_overwrite<std::byte[]>(size);
        link.receive(side::server, {bytes.get(), size});
        which.who->on_received({bytes.get(), size});
        std::memset(bytes.get(), 0xdd, size);
    }
    if (habits_.completions && reads(which)) which.lent = which.who->destination();
}

void loop_simulated::fail(socket& which) {
    which.failing = false;
    which.failed = true;
    which.pending = false;
    which.lent = {};
    which.who->on_failed(std::make_error_code(std::errc::connection_reset));
}

net::send_outcome loop_simulated::send(net::stream& who,
                                       std::span<const std::span<const std::byte>> segments) {
    auto& which = of(who);
    expect(!which.pending || which.failing || which.failed, "a send while one is pending");
    expect(!which.shut, "a send after the write side was shut");
    expect(!which.closed, "a send to a closed stream");
    if (which.failing || which.failed) return {.sent = 0, .pending = true};
    if (which.over->failed(side::server)) {
        which.failing = true;
        return {.sent = 0, .pending = true};
    }
    segments = segments.first(std::min(segments.size(), max_segments));

    std::size_t sent = 0;
    for (auto each : segments) {
        const auto whole = each.size();
        if (!each.empty() && chance_.percent(habits_.short_write_percent))
            each = each.first(chance_.below(each.size()));
        const auto n = which.over->send(side::server, each);
        sent += n;
        if (n == whole) continue;
        which.pending = true;
        break;
    }
    return {.sent = sent, .pending = which.pending};
}

void loop_simulated::pause(net::stream& who) {
    auto& which = of(who);
    expect(!which.closed, "a closed stream is paused");
    which.paused = true;
    which.reads_once_more =
        habits_.completions && which.over->readable(side::server) != 0 && chance_.percent(50);
}

void loop_simulated::resume(net::stream& who) {
    auto& which = of(who);
    expect(!which.closed, "a closed stream is resumed");
    which.paused = false;
    which.reads_once_more = false;
}

void loop_simulated::shut_write(net::stream& who) {
    auto& which = of(who);
    expect(!which.closed, "a closed stream is shut");
    expect(!which.pending || which.failing || which.failed, "the write side is shut while a send is pending");
    which.shut = true;
    which.over->shut(side::server);
}

void loop_simulated::close(net::stream& who) {
    auto& which = of(who);
    expect(!which.closed, "a stream is closed twice");
    which.closed = true;
    timers_.arm(who, never);
    which.over->close(side::server);
    closed_.push_back(&which);
}

void loop_simulated::let_go_closed() {
    while (!closed_.empty()) {
        auto* const which = closed_.back();
        closed_.pop_back();
        // Until it is told, the kernel may still write to where a read under way goes.
        if (!which->lent.empty()) std::memset(which->lent.data(), 0xdd, which->lent.size());
        const auto who = which->who;
        by_stream_.erase(who);
        std::erase_if(sockets_, [&](const auto& each) { return each.get() == which; });
        who->on_closed();
    }
}

}  // namespace pushwire::sim
