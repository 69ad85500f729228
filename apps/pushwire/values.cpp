#include "values.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "command.hpp"

namespace pushwire::cli {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

// The number at the beginning of `text`, which is cut to what follows it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// nullopt too if the product does not fit.
std::optional<std::uint64_t> number_with_unit(std::string_view text, std::span<const unit> units,
                                              std::uint64_t most) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    for (const auto& [name, factor] : units) {
        if (name == text && *number <= most / factor) return *number * factor;
    }
    return std::nullopt;
}

}  // namespace

std::size_t parse_size(std::string_view text) {
    static constexpr std::array<unit, 7> units{{{"", 1},
                                                {"K", 1ULL << 10},
                                                {"k", 1ULL << 10},
                                                {"M", 1ULL << 20},
                                                {"m", 1ULL << 20},
                                                {"G", 1ULL << 30},
                                                {"g", 1ULL << 30}}};
    const auto size = number_with_unit(text, units, std::numeric_limits<std::size_t>::max() / 2);
    if (!size)
        throw usage_error{fmt::format("\"{}\" is no size: write bytes, or a number with K, M or G", text)};
    if (*size == 0) throw usage_error{"the size must be at least 1 byte"};
    return *size;
}

std::chrono::milliseconds parse_duration(std::string_view text) {
    static constexpr std::array<unit, 4> units{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    constexpr std::uint64_t most = 1000ULL * 3'600'000;  // far from where sums with the clock overflow
    if (text == "0") return std::chrono::milliseconds{0};
    const auto duration = number_with_unit(text, units, most);
    if (!duration) {
        throw usage_error{
            fmt::format("\"{}\" is no duration: write a number with ms, s, m or h, such as 60s", text)};
    }
    return std::chrono::milliseconds{*duration};
}

std::uint64_t parse_number(std::string_view text, std::uint64_t least, std::uint64_t most,
                           std::string_view noun) {
    auto rest = text;
    const auto number = take_number(rest);
    if (!number || !rest.empty() || *number < least || *number > most) {
        throw usage_error{
            fmt::format("\"{}\" is no {}: write a number from {} to {}", text, noun, least, most)};
    }
    return *number;
}

bool parse_switch(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw usage_error{fmt::format("\"{}\" is neither true nor false", text)};
}

}  // namespace pushwire::cli
