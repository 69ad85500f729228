#pragma once
// The end of a wait, as a descriptor that becomes readable (a timerfd). It is set when the earliest deadline moves
// forward, not at every wait; needs no clock before the wait; has no slack (that of epoll_wait is a thousandth of the
// time waited); and makes the descriptor of a loop readable for timers, too.

#include "net/loop.hpp"
#include "net/socket.hpp"

namespace pushwire::net {

class alarm {
  public:
    /// Throws std::system_error.
    alarm();

    /// Readable once the time has come. To be watched for the edge: each expiry is told once, and need not be read.
    [[nodiscard]] int descriptor() const { return timerfd_.get(); }
    /// Goes off at `when`, or before: one that is set for an earlier time is left alone, since coming too early costs
    /// less than setting it each time.
    void set(time_point when);
    /// Its descriptor was seen to be readable.
    void has_gone_off() { set_for_ = never; }

  private:
    unique_descriptor timerfd_;
    time_point set_for_ = never;
};

}  // namespace pushwire::net
