#include "base/time.hpp"

#include <gtest/gtest.h>

namespace pushwire::base {
namespace {

using namespace std::chrono_literals;
using time_point = std::chrono::steady_clock::time_point;

TEST(later, adds_a_time) {
    const time_point begin{5s};

    EXPECT_EQ(later(begin, 0ms), begin);
    EXPECT_EQ(later(begin, 1500ms), time_point{6500ms});
    EXPECT_EQ(later(begin, -1000ms), time_point{4s});
}

TEST(later, stops_at_the_end_of_the_clock) {
    EXPECT_EQ(later(time_point{5s}, std::chrono::milliseconds::max()), time_point::max());
    EXPECT_EQ(later(time_point::max(), 1ms), time_point::max());
    EXPECT_EQ(later(time_point::max() - 1h, 1h + 1ms), time_point::max());
}

}  // namespace
}  // namespace pushwire::base
