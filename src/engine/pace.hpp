#pragma once
// How often something may happen: so many times in a second, and so many at once after a rest. Who is held to a pace has
// one time to remember for it, and starts with any time that has passed.

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "net/loop.hpp"

namespace pushwire::engine {

class pace {
  public:
    /// `per_second` is shared by so many; 0: as often as it likes. `at_once` is at least 1.
    pace(std::size_t per_second, std::size_t at_once, unsigned sharers = 1)
        : apart_{per_second == 0 ? 0 : 1e9 * sharers / static_cast<double>(per_second)},
          slack_{apart_ * static_cast<double>(at_once - 1)} {}

    [[nodiscard]] bool is_set() const { return apart_.count() > 0; }
    /// Says whether it may happen now; then it has, and `next` moves on.
    [[nodiscard]] bool take(net::time_point& next, net::time_point now) const {
        if (now < due(next)) return false;
        next = std::max(next, now) + std::chrono::ceil<std::chrono::nanoseconds>(apart_);
        return true;
    }
    /// When it may happen again.
    [[nodiscard]] net::time_point due(net::time_point next) const {
        return next - std::chrono::floor<std::chrono::nanoseconds>(slack_);
    }

  private:
    using fine = std::chrono::duration<double, std::nano>;
    fine apart_;
    fine slack_;
};

}  // namespace pushwire::engine
