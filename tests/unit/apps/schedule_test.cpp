#include "bench/schedule.hpp"

#include <gtest/gtest.h>

#include "bench/meter.hpp"

namespace pushwire::bench {
namespace {

TEST(schedule, is_due_at_the_rate_however_long_it_runs) {
    schedule of{30'000};
    of.start(1000);
    EXPECT_EQ(of.due(0), 1000U);
    EXPECT_EQ(of.due(30'000), 1000 + second);
    EXPECT_EQ(of.due(30'000ULL * 3600), 1000 + 3600 * second);
}

TEST(schedule, has_nothing_due_after_its_end) {
    schedule of{10};
    of.start(0);
    of.end(second);
    EXPECT_EQ(of.next(9), second / 10 * 9);
    EXPECT_EQ(of.next(10), never);
}

TEST(schedule, has_nothing_due_in_a_closed_loop) {
    const schedule of{std::nullopt};
    EXPECT_FALSE(of.is_open_loop());
    EXPECT_EQ(of.next(0), never);
}

TEST(meter, leaves_out_what_was_due_before_the_measurement) {
    meter of;
    of.begin(10 * second);
    of.record_due(9 * second, 11 * second);
    of.record_due(10 * second, 11 * second);
    of.tick(12 * second);
    EXPECT_EQ(of.total().count(), 1U);
    EXPECT_EQ(of.total().max(), second);
    EXPECT_EQ(of.completed(), 2U);
}

TEST(meter, tells_each_interval_by_itself) {
    meter of;
    of.record(5);
    of.begin(second);
    of.record(100);
    of.record(200);
    of.tick(2 * second);
    of.record(300);
    const auto last = of.tick(4 * second);
    EXPECT_EQ(last.messages, 1U);
    EXPECT_EQ(last.p50, 300U);
    EXPECT_EQ(last.from, second);
    EXPECT_EQ(last.length, 2 * second);
    EXPECT_EQ(of.intervals().front().messages, 2U);
    EXPECT_EQ(of.total().count(), 3U);
    EXPECT_EQ(of.total().min(), 100U);
}

}  // namespace
}  // namespace pushwire::bench
