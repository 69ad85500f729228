#include "net/loop_epoll.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "net/loop_epoll_event.hpp"

namespace pushwire::net {
namespace {

unique_descriptor granted(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return unique_descriptor{descriptor};
}

}  // namespace

loop_epoll::loop_epoll()
    : epoll_{granted(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      eventfd_{granted(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")},
      timerfd_{granted(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")} {
    // Edge-triggered: each write, or expiry, is told once, and neither needs to be read.
    for (const auto& [descriptor, what] :
         {std::pair{eventfd_.get(), event_of::wake}, {timerfd_.get(), event_of::alarm}}) {
        epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = tagged(nullptr, what)}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
            throw std::system_error(errno, std::generic_category(), "epoll_ctl");
        }
    }
    now_ = clock::now();
}

loop_epoll::~loop_epoll() = default;

void loop_epoll::turn(time_point until) {
    PUSHWIRE_ASSERT(!in_turn_);
    in_turn_ = true;
    const int count = wait(until);
    ready_ = std::span{events_}.first(static_cast<std::size_t>(count));
    // Bytes come before timers: what has arrived is in time.
    for (const epoll_event& event : ready_) deliver(event);
    ready_ = {};
    timers_.expire(now_);
    settle();
    in_turn_ = false;
    if (hosted_) set_alarm(timers_.earliest());
}

int loop_epoll::wait(time_point until) {
    const time_point deadline = std::min(until, timers_.earliest());
    while (true) {
        const bool poll = deadline <= now_ || !failures_.empty() || !closed_.empty();
        if (!poll) set_alarm(deadline);
        const int count = ::epoll_wait(epoll_.get(), events_.data(), events_per_turn, poll ? 0 : -1);
        const int error = errno;
        now_ = clock::now();
        if (count < 0) {
            PUSHWIRE_ASSERT(error == EINTR);
            return 0;
        }
        // The alarm may have been set for something earlier that is no longer wanted.
        const bool alarm_only = count == 1 && kind(events_[0]) == event_of::alarm;
        if (!alarm_only || poll || now_ >= deadline) return count;
        alarm_ = never;
    }
}

void loop_epoll::deliver(const epoll_event& event) {
    switch (kind(event)) {
        case event_of::stream:
            return deliver(*static_cast<stream*>(subject(event)), event.events);
        case event_of::listener:
            if (auto* const who = static_cast<listener*>(subject(event))) accept(*who);
            return;
        case event_of::wake:
            woken_.exchange(false);
            return;
        case event_of::alarm:
            alarm_ = never;
            return;
    }
}

// Tells what could not be told before: failed sends, then what was closed. Either may cause more of both.
void loop_epoll::settle() {
    while (!failures_.empty() || !closed_.empty()) {
        for (std::size_t i = 0; i < failures_.size(); ++i) {
            const failure each = failures_[i];
            if (each.who != nullptr) fail(*each.who, each.why);
        }
        failures_.clear();
        for (std::size_t i = 0; i < closed_.size(); ++i) let_go(*closed_[i]);
        closed_.clear();
    }
}

void loop_epoll::arm(timer& who, time_point when) {
    timers_.arm(who, when);
    if (hosted_ && !in_turn_) set_alarm(timers_.earliest());
}

// An alarm set for an earlier time is left alone: that it comes too early costs less than to set it each time.
void loop_epoll::set_alarm(time_point when) {
    if (when >= alarm_) return;
    alarm_ = when;
    // Zero would stop it. A time that has passed is told at once.
    const auto since_boot = std::max(when.time_since_epoch(), clock::duration{1});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    itimerspec expiry{};
    expiry.it_value.tv_sec = seconds.count();
    expiry.it_value.tv_nsec = std::chrono::nanoseconds{since_boot - seconds}.count();
    const int result = ::timerfd_settime(timerfd_.get(), TFD_TIMER_ABSTIME, &expiry, nullptr);
    PUSHWIRE_ASSERT(result == 0);
}

// Whoever polls our descriptor has to see that a turn has something to tell.
void loop_epoll::leave_for_next_turn() {
    if (hosted_ && !in_turn_) wake();
}

void loop_epoll::wake() noexcept {
    if (woken_.exchange(true)) return;
    const int saved = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(eventfd_.get(), &one, sizeof one);
    errno = saved;
}

int loop_epoll::descriptor() {
    hosted_ = true;
    set_alarm(timers_.earliest());
    if (!failures_.empty() || !closed_.empty()) leave_for_next_turn();
    return epoll_.get();
}

}  // namespace pushwire::net
