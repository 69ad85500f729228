#include "support/clocked_loop.hpp"

namespace pushwire::support {

void clocked_loop::attach(net::stream& who, int connected) {
    ++given_;
    real_->attach(who, connected);
}

void clocked_loop::connect(net::stream& who, int connecting) {
    ++given_;
    real_->connect(who, connecting);
}

// It disarms the stream, too, which is not armed there.
void clocked_loop::close(net::stream& who) {
    ++closed_;
    timers_.arm(who, net::never);
    real_->close(who);
}

void clocked_loop::turn(net::time_point until) {
    now_ = time_;
    const bool waits = until > time_ && timers_.earliest() > time_;
    if (!deaf_) {
        auto real_until = net::time_point::min();
        if (waits) real_until = until == net::never ? until : real_->time() + (until - time_);
        real_->turn(real_until);
    }
    timers_.expire(now_);
}

}  // namespace pushwire::support
