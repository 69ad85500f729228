#include "engine/departure.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {

departure::~departure() {
    worker_.loop().disarm(*this);
}

void departure::begin(const farewell& how) {
    const auto now = worker_.now();
    const auto told_by = base::later(now, how.over);
    const auto cut_at = base::later(told_by, how.grace);
    if (!begun_) {
        begun_ = true;
        code_ = how.code;
        reason_ = how.reason;
        from_ = now;
        told_by_ = told_by;
        worker_.stop_accepting();
        worker_.list_connections(waiting_);
        std::ranges::sort(waiting_);  // numbers go up with time
    } else if (told_by < told_by_) {
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(told_));
        told_ = 0;
        from_ = now;
        told_by_ = told_by;
    }
    cut_at_ = std::min(cut_at_, cut_at);
    PUSHWIRE_ASSERT(told_by_ <= cut_at_);
    tell_who_is_due();
    arm();
    worker_.loop().wake();  // there may be nothing left to wait for
}

void departure::on_expired() {
    tell_who_is_due();
    if (worker_.now() >= cut_at_) return worker_.cut_all();
    arm();
}

// Who has left by itself leaves a gap: nobody's time comes earlier for it.
void departure::tell_who_is_due() {
    const auto now = worker_.now();
    while (told_ < waiting_.size() && due(told_) <= now) {
        worker_.disconnect(waiting_[told_++], code_, reason_);
    }
    if (told_ != waiting_.size() || std::exchange(all_told_, true)) return;
    worker_.turn_away_openings();
    worker_.server().tell_all_told();
}

void departure::arm() {
    worker_.loop().arm(*this, all_told_ ? cut_at_ : due(told_));
}

net::time_point departure::due(std::size_t which) const {
    const auto apart = (told_by_ - from_) / static_cast<std::ptrdiff_t>(waiting_.size());
    return from_ + apart * static_cast<std::ptrdiff_t>(which);
}

}  // namespace pushwire::engine
