#include "meter.hpp"

namespace pushwire::bench {

void meter::begin(nanoseconds at) {
    current_.clear();
    total_.clear();
    lateness_.clear();
    intervals_.clear();
    began_ = interval_began_ = at;
    completed_before_ = completed_;
}

const interval& meter::tick(nanoseconds at) {
    intervals_.push_back({.from = interval_began_ - began_,
                          .length = at - interval_began_,
                          .messages = completed_ - completed_before_,
                          .p50 = current_.value_at(0.5),
                          .p99 = current_.value_at(0.99),
                          .max = current_.max()});
    total_.add(current_);
    current_.clear();
    interval_began_ = at;
    completed_before_ = completed_;
    return intervals_.back();
}

}  // namespace pushwire::bench
