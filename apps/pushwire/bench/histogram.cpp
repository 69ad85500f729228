#include "histogram.hpp"

#include <cmath>

namespace pushwire::bench {

void histogram::add(const histogram& other) {
    if (other.count_ == 0) return;
    const auto from = index_of(other.least_);
    const auto to = index_of(other.greatest_);
    for (auto i = from; i <= to; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    least_ = std::min(least_, other.least_);
    greatest_ = std::max(greatest_, other.greatest_);
}

void histogram::clear() {
    std::ranges::fill(counts_, 0);
    count_ = 0;
    least_ = most;
    greatest_ = 0;
}

std::uint64_t histogram::value_at(double fraction) const {
    const auto wanted = std::clamp(std::ceil(fraction * static_cast<double>(count_)), 1.0, 1e18);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (static_cast<double>(seen) >= wanted) return std::min(last_of(i), greatest_);
    }
    return greatest_;
}

}  // namespace pushwire::bench
