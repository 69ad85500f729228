#include "figures.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace pushwire::bench {
namespace {

std::string three_digits(double value) {
    return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string short_time(nanoseconds time) {
    const auto value = static_cast<double>(time);
    if (value < 999.5e3) return three_digits(value / 1e3) + " µs";
    if (value < 999.5e6) return three_digits(value / 1e6) + " ms";
    return three_digits(value / 1e9) + " s";
}

std::string short_size(double bytes) {
    constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1023.5) return fmt::format("{:.0f} B", bytes);
    std::size_t unit = 0;
    for (bytes /= 1024; bytes >= 1023.5 && unit + 1 < units.size(); bytes /= 1024) ++unit;
    return fmt::format("{} {}", three_digits(bytes), units[unit]);
}

}  // namespace pushwire::bench
