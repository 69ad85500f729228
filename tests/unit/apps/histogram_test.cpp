#include "bench/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace pushwire::bench {
namespace {

constexpr double fractions[] = {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0};

// The definition, by sorting: the least value that so many of them do not exceed.
std::uint64_t exact(const std::vector<std::uint64_t>& sorted, double fraction) {
    const auto rank = std::max(1.0, std::ceil(fraction * static_cast<double>(sorted.size())));
    return sorted[static_cast<std::size_t>(rank) - 1];
}

// Latencies spread over all sizes, from a nanosecond to an hour.
std::vector<std::uint64_t> values_of_all_sizes(std::size_t count, unsigned seed) {
    std::mt19937_64 random{seed};
    std::uniform_real_distribution<double> power{0, std::log(static_cast<double>(histogram::most))};
    std::vector<std::uint64_t> values(count);
    for (auto& each : values) each = static_cast<std::uint64_t>(std::exp(power(random)));
    return values;
}

TEST(histogram, tells_percentiles_to_three_digits_of_what_sorting_says) {
    for (const unsigned seed : {1U, 2U, 3U}) {
        auto values = values_of_all_sizes(20'003, seed);
        histogram of;
        for (const auto each : values) of.record(each);

        std::ranges::sort(values);
        for (const double fraction : fractions) {
            const auto wanted = exact(values, fraction);
            EXPECT_GE(of.value_at(fraction), wanted) << fraction;
            EXPECT_LE(of.value_at(fraction), wanted + wanted / 1000) << fraction;
        }
        EXPECT_EQ(of.min(), values.front());
        EXPECT_EQ(of.max(), values.back());
        EXPECT_EQ(of.count(), values.size());
    }
}

TEST(histogram, keeps_three_digits_on_both_sides_of_every_doubling) {
    for (std::uint64_t edge = 1; edge <= histogram::most / 2; edge *= 2) {
        for (const auto value : {edge - 1, edge, edge + 1}) {
            histogram of;
            of.record(value);
            of.record(histogram::most);  // so that the maximum does not cut the bucket short
            EXPECT_GE(of.value_at(0.5), value);
            EXPECT_LE(of.value_at(0.5), value + value / 1000);
        }
    }
}

TEST(histogram, tells_nothing_of_nothing) {
    const histogram of;
    EXPECT_EQ(of.count(), 0U);
    EXPECT_EQ(of.min(), 0U);
    EXPECT_EQ(of.max(), 0U);
    EXPECT_EQ(of.value_at(0.99), 0U);
}

TEST(histogram, never_tells_more_than_the_maximum) {
    histogram of;
    of.record(1'000'001);
    EXPECT_EQ(of.value_at(0.5), 1'000'001U);
    EXPECT_EQ(of.value_at(1), 1'000'001U);
}

TEST(histogram, counts_what_took_longer_than_an_hour_as_an_hour) {
    histogram of;
    of.record(histogram::most * 3);
    EXPECT_EQ(of.max(), histogram::most);
    EXPECT_EQ(of.value_at(0.5), histogram::most);
}

TEST(histogram, is_the_same_whether_recorded_at_once_or_added_up) {
    histogram at_once;
    histogram sum;
    for (const unsigned seed : {4U, 5U, 6U}) {
        histogram part;
        for (const auto each : values_of_all_sizes(1000, seed)) {
            at_once.record(each);
            part.record(each);
        }
        sum.add(part);
    }
    sum.add(histogram{});
    for (const double fraction : fractions) EXPECT_EQ(sum.value_at(fraction), at_once.value_at(fraction));
    EXPECT_EQ(sum.count(), at_once.count());
    EXPECT_EQ(sum.min(), at_once.min());
    EXPECT_EQ(sum.max(), at_once.max());
}

TEST(histogram, forgets_what_it_is_told_to) {
    histogram of;
    for (const auto each : values_of_all_sizes(1000, 7)) of.record(each);
    of.clear();
    of.record(42);
    EXPECT_EQ(of.count(), 1U);
    EXPECT_EQ(of.min(), 42U);
    EXPECT_EQ(of.max(), 42U);
    EXPECT_EQ(of.value_at(1), 42U);
}

}  // namespace
}  // namespace pushwire::bench
