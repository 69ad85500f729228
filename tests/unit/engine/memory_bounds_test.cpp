// Whose turn it is to give way, without a connection in sight.

#include "engine/memory_bounds.hpp"

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

using namespace std::chrono_literals;

constexpr auto step = memory_bounds::step;

class the_bounds : public ::testing::Test {
  protected:
    ~the_bounds() override {
        for (auto* each : {&a, &b, &c}) tested.forget(*each);
    }
    void pass(std::chrono::milliseconds time) { now += time; }

    memory_bounds tested{1000, 1000};
    memory_holder a, b, c;
    net::time_point now{1h};
};

TEST_F(the_bounds, name_whose_queue_was_stuck_first) {
    EXPECT_EQ(tested.longest_stuck(), nullptr);
    tested.stuck(a, 0, 10, now);
    pass(1ms);
    tested.stuck(b, 0, 10'000'000, now);
    EXPECT_EQ(tested.longest_stuck(), &a);

    tested.not_stuck(a);
    EXPECT_EQ(tested.longest_stuck(), &b);
    tested.not_stuck(b);
    EXPECT_EQ(tested.longest_stuck(), nullptr);
}

TEST_F(the_bounds, keep_who_reads_a_little_in_place) {
    tested.stuck(a, 0, 10 * step, now);
    tested.stuck(b, 0, 10 * step, now);
    for (std::size_t read = 0; read < step - 1; ++read) tested.stuck(a, 1, 10 * step, now += 1ms);
    EXPECT_EQ(tested.longest_stuck(), &a);

    tested.stuck(a, 1, 9 * step, now);
    EXPECT_EQ(tested.longest_stuck(), &b) << "a whole step has moved";
    EXPECT_EQ(a.stuck.since(), now);
}

TEST_F(the_bounds, put_who_read_all_that_waited_to_the_end_though_more_came) {
    tested.stuck(a, 0, 100, now);
    tested.stuck(b, 0, 100, now);
    tested.stuck(a, 100, 5000, now += 1ms);
    EXPECT_EQ(tested.longest_stuck(), &b);
}

TEST_F(the_bounds, keep_in_place_whose_bytes_wait_beside_the_queue) {
    tested.stuck(a, 0, 0, now);
    tested.stuck(b, 0, 100, now);
    tested.stuck(a, 0, 0, now += 1ms);
    EXPECT_EQ(tested.longest_stuck(), &a);
}

TEST_F(the_bounds, say_when_there_is_too_much_queued) {
    EXPECT_FALSE(tested.is_too_much_queued(1000));
    EXPECT_TRUE(tested.is_too_much_queued(1001));
}

TEST_F(the_bounds, sum_up_what_is_unfinished) {
    tested.unfinished(a, 600, now, now);
    tested.unfinished(b, 400, now, now);
    EXPECT_FALSE(tested.is_too_much_unfinished());
    tested.unfinished(b, 401, now, now);
    EXPECT_TRUE(tested.is_too_much_unfinished());

    tested.unfinished(a, 10, now, now);
    EXPECT_EQ(tested.unfinished_bytes(), 411u);
    tested.forget(b);
    EXPECT_EQ(tested.unfinished_bytes(), 10u);
    tested.unfinished(a, 0, now, now);
    EXPECT_EQ(tested.unfinished_bytes(), 0u);
    EXPECT_FALSE(a.waits());
}

TEST_F(the_bounds, name_who_has_waited_longest_for_a_byte) {
    const auto first = now;
    tested.unfinished(a, 10, first, now);
    tested.unfinished(b, 10, now + 1ms, now + 1ms);
    pass(2ms);
    tested.unfinished(a, 10, first, now);  // looked at again, but no byte came
    EXPECT_EQ(tested.longest_unfinished(), &a);

    tested.unfinished(a, 11, now, now);
    EXPECT_EQ(tested.longest_unfinished(), &b);
    tested.unfinished(b, 0, now, now);
    EXPECT_EQ(tested.longest_unfinished(), &a);
}

TEST_F(the_bounds, let_anyone_leave_from_the_middle) {
    for (auto* each : {&a, &b, &c}) tested.stuck(*each, 0, 1, now += 1ms);
    tested.not_stuck(b);
    EXPECT_EQ(tested.longest_stuck(), &a);
    tested.not_stuck(a);
    EXPECT_EQ(tested.longest_stuck(), &c);
    tested.stuck(b, 0, 1, now);
    EXPECT_EQ(tested.longest_stuck(), &c);
}

}  // namespace
}  // namespace pushwire::engine
