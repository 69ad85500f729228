#include "net/alarm.hpp"

#include <algorithm>

#include <sys/timerfd.h>

#include "base/assert.hpp"
#include "net/granted.hpp"

namespace pushwire::net {

alarm::alarm()
    : timerfd_{granted(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")} {}

void alarm::set(time_point when) {
    if (when >= set_for_) return;
    set_for_ = when;
    // Zero would stop it. A time that has passed is told at once.
    const auto since_boot = std::max(when.time_since_epoch(), clock::duration{1});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
    itimerspec expiry{};
    expiry.it_value.tv_sec = seconds.count();
    expiry.it_value.tv_nsec = std::chrono::nanoseconds{since_boot - seconds}.count();
    const int result = ::timerfd_settime(timerfd_.get(), TFD_TIMER_ABSTIME, &expiry, nullptr);
    PUSHWIRE_ASSERT(result == 0);
}

}  // namespace pushwire::net
