#pragma once
// Sums of times that stop at the end of the clock instead of wrapping into the past.

#include <chrono>

namespace pushwire::base {

/// `begin + time`, or the latest time there is. `begin` is not before the clock's epoch.
[[nodiscard]] constexpr std::chrono::steady_clock::time_point later(
    std::chrono::steady_clock::time_point begin, std::chrono::milliseconds time) {
    using time_point = std::chrono::steady_clock::time_point;
    const auto room = std::chrono::floor<std::chrono::milliseconds>(time_point::max() - begin);
    return time < room ? begin + time : time_point::max();
}

}  // namespace pushwire::base
