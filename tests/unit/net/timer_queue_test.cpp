// Timers by time alone: no clock and no loop.

#include "net/timer_queue.hpp"

#include <array>
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "unit/net/recorder.hpp"

namespace pushwire::net {
namespace {

constexpr time_point at(int seconds) {
    return time_point{} + std::chrono::seconds{seconds};
}

TEST(timer_queue, is_never_due_when_it_is_empty) {
    timer_queue queue;
    recording_timer one;

    queue.arm(one, at(1));
    queue.arm(one, never);

    EXPECT_EQ(queue.earliest(), never);
}

TEST(timer_queue, tells_what_is_due_and_nothing_else) {
    timer_queue queue;
    recording_timer before;
    recording_timer exactly;
    recording_timer after;
    queue.arm(after, at(4));
    queue.arm(exactly, at(3));
    queue.arm(before, at(2));

    queue.expire(at(3));

    EXPECT_EQ(before.expired, 1);
    EXPECT_EQ(exactly.expired, 1);
    EXPECT_EQ(after.expired, 0);
    EXPECT_EQ(queue.earliest(), at(4));
}

TEST(timer_queue, does_not_tell_what_one_that_was_told_earlier_has_disarmed_or_put_off) {
    timer_queue queue;
    recording_timer first;
    recording_timer disarmed;
    recording_timer put_off;
    queue.arm(first, at(1));
    queue.arm(disarmed, at(2));
    queue.arm(put_off, at(2));
    first.then = [&] {
        queue.arm(disarmed, never);
        queue.arm(put_off, at(9));
    };

    queue.expire(at(5));

    EXPECT_EQ(disarmed.expired, 0);
    EXPECT_EQ(put_off.expired, 0);
    EXPECT_EQ(queue.earliest(), at(9));
}

TEST(timer_queue, leaves_what_is_too_much_for_one_call_to_the_next) {
    timer_queue queue;
    std::array<recording_timer, timer_queue::most_at_once + 1> all;
    int second = 0;
    for (auto& each : all) queue.arm(each, at(++second));

    queue.expire(at(second));
    EXPECT_EQ(all[timer_queue::most_at_once - 1].expired, 1);
    EXPECT_EQ(all.back().expired, 0);
    EXPECT_EQ(queue.earliest(), at(second));

    queue.expire(at(second));
    EXPECT_EQ(all.back().expired, 1);
    EXPECT_EQ(queue.earliest(), never);
}

TEST(timer_queue, keeps_one_that_is_armed_again_by_what_it_is_told_for_the_next_time) {
    timer_queue queue;
    recording_timer again;
    again.then = [&] { queue.arm(again, at(0)); };
    queue.arm(again, at(1));

    queue.expire(at(1));
    EXPECT_EQ(again.expired, 1);

    queue.expire(at(1));
    EXPECT_EQ(again.expired, 2);
    queue.arm(again, never);
}

TEST(timer_queue, agrees_with_a_sorted_map_through_any_change) {
    timer_queue queue;
    std::array<recording_timer, 300> timers;
    std::multimap<time_point, recording_timer*> model;
    std::vector<recording_timer*> told;
    std::mt19937 random{1};
    for (auto& each : timers) each.then = [&told, &each] { told.push_back(&each); };
    const auto forget = [&](recording_timer& which) {
        std::erase_if(model, [&](const auto& entry) { return entry.second == &which; });
    };

    for (int now = 0; now < 400; ++now) {
        for (int change = 0; change < 40; ++change) {
            auto& which = timers[random() % timers.size()];
            forget(which);
            if (random() % 4 == 0) {
                queue.arm(which, never);
            } else {
                const auto when = at(now) + std::chrono::microseconds{random() % 100'000'000};
                queue.arm(which, when);
                model.emplace(when, &which);
            }
        }
        told.clear();
        queue.expire(at(now));

        std::vector<recording_timer*> expected;
        const auto due = model.upper_bound(at(now));
        for (auto each = model.begin(); each != due; ++each) expected.push_back(each->second);
        model.erase(model.begin(), due);
        ASSERT_THAT(told, testing::ElementsAreArray(expected)) << "at " << now;
        ASSERT_EQ(queue.earliest(), model.empty() ? never : model.begin()->first);
    }
}

}  // namespace
}  // namespace pushwire::net
