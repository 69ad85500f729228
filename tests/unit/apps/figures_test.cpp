#include "bench/figures.hpp"

#include <gtest/gtest.h>

#include "bench/plot.hpp"

namespace pushwire::bench {
namespace {

TEST(figures, are_grouped_by_thousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(figures, have_three_digits_of_a_time_and_the_unit_that_fits) {
    EXPECT_EQ(short_time(0), "0.00 µs");
    EXPECT_EQ(short_time(12'345), "12.3 µs");
    EXPECT_EQ(short_time(9'996), "10.0 µs");
    EXPECT_EQ(short_time(999'400), "999 µs");
    EXPECT_EQ(short_time(999'600), "1.00 ms");
    EXPECT_EQ(short_time(4'560'000'000), "4.56 s");
}

TEST(figures, have_three_digits_of_a_size_and_the_unit_that_fits) {
    EXPECT_EQ(short_size(64), "64 B");
    EXPECT_EQ(short_size(16 * 1024), "16.0 KiB");
    EXPECT_EQ(short_size(1024 * 1024 * 1.5), "1.50 MiB");
}

TEST(ticks, are_round_and_reach_as_far_as_the_values) {
    EXPECT_EQ(linear_ticks(71'800), (std::vector<double>{0, 20'000, 40'000, 60'000, 80'000}));
    EXPECT_EQ(linear_ticks(10), (std::vector<double>{0, 5, 10}));
    EXPECT_EQ(logarithmic_ticks(4.6, 33), (std::vector<double>{2, 5, 10, 20, 50}));
    EXPECT_EQ(logarithmic_ticks(46, 110'000),
              (std::vector<double>{10, 100, 1000, 10'000, 100'000, 1'000'000}));
    for (const double least : {0.1, 1.0, 3.0, 50.0}) {
        const auto ticks = logarithmic_ticks(least, least * 1.01);
        EXPECT_GE(ticks.size(), 2U);
        EXPECT_LE(ticks.front(), least);
        EXPECT_GE(ticks.back(), least * 1.01);
    }
}

}  // namespace
}  // namespace pushwire::bench
