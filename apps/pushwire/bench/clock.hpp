#pragma once
// The one clock of a run, in nanoseconds as a plain number: it is read once for each event.

#include <chrono>
#include <cstdint>
#include <ctime>

namespace pushwire::bench {

using nanoseconds = std::uint64_t;

constexpr nanoseconds second = 1'000'000'000;

[[nodiscard]] inline nanoseconds now() {
    return static_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch().count());
}

/// Processor time that this process has used.
[[nodiscard]] inline nanoseconds own_cpu_time() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<nanoseconds>(used.tv_sec) * second + static_cast<nanoseconds>(used.tv_nsec);
}

[[nodiscard]] constexpr nanoseconds in_nanoseconds(std::chrono::milliseconds time) {
    return static_cast<nanoseconds>(time.count()) * 1'000'000;
}

[[nodiscard]] constexpr double in_seconds(nanoseconds time) {
    return static_cast<double>(time) / 1e9;
}

[[nodiscard]] constexpr double in_microseconds(nanoseconds time) {
    return static_cast<double>(time) / 1e3;
}

}  // namespace pushwire::bench
