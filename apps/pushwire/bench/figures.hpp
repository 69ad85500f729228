#pragma once
// Figures as people read them.

#include <cstdint>
#include <string>

#include "clock.hpp"

namespace pushwire::bench {

/// "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// "12.3 µs", "1.23 ms", "4.56 s": three digits.
[[nodiscard]] std::string short_time(nanoseconds time);
/// "512 B", "16.0 KiB", "1.50 MiB".
[[nodiscard]] std::string short_size(double bytes);

}  // namespace pushwire::bench
