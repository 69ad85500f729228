#include "engine/waiting_line.hpp"

#include "base/assert.hpp"

namespace pushwire::engine {

waiting_line::place::~place() {
    PUSHWIRE_ASSERT(!waits());
}

void waiting_line::join(place& which, net::time_point now) {
    leave(which);
    PUSHWIRE_ASSERT(!last_ || last_->since_ <= now);
    which.line_ = this;
    which.since_ = now;
    which.before_ = last_;
    (last_ ? last_->after_ : first_) = &which;
    last_ = &which;
}

void waiting_line::leave(place& which) {
    if (!which.waits()) return;
    PUSHWIRE_ASSERT(which.line_ == this);
    (which.before_ ? which.before_->after_ : first_) = which.after_;
    (which.after_ ? which.after_->before_ : last_) = which.before_;
    which.before_ = which.after_ = nullptr;
    which.line_ = nullptr;
}

}  // namespace pushwire::engine
