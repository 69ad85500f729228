// Turns: how they wait, timers, and being woken.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/epoll.h>

#include "net/loop.hpp"
#include "unit/net/recorder.hpp"
#include "unit/net/sockets.hpp"

namespace pushwire::net {
namespace {

using namespace std::chrono_literals;

using loop_turn = with_loop;
using loop_timers = with_loop;
using loop_wake = with_loop;

// By an epoll, as hosts wait: there are descriptors that poll(2) finds readable, and that wake no epoll.
bool is_readable(int descriptor, std::chrono::milliseconds within = 0ms) {
    const unique_descriptor host{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{.events = EPOLLIN, .data = {}};
    ::epoll_ctl(host.get(), EPOLL_CTL_ADD, descriptor, &event);
    int count = 0;
    do {
        count = ::epoll_wait(host.get(), &event, 1, static_cast<int>(within.count()));
    } while (count < 0 && errno == EINTR);  // as a ring that this thread had may cause when it goes
    return count == 1;
}

// The kernel adds up what is written to it, and the loop never reads it.
int writes_to_the_eventfd() {
    for (const auto& each : std::filesystem::directory_iterator{"/proc/self/fdinfo"}) {
        std::ifstream facts{each.path()};
        for (std::string name; facts >> name;) {
            int count = 0;
            if (name == "eventfd-count:" && facts >> std::hex >> count) return count;
        }
    }
    return -1;
}

TEST_F(loop_turn, polls_when_its_time_has_passed) {
    for (const time_point past : {time_point::min(), time_point{}, clock::now(), loop_->now()}) {
        const time_point before = clock::now();
        loop_->turn(past);
        EXPECT_GE(loop_->now(), before);
    }
}

TEST_F(loop_turn, waits_no_less_than_it_was_asked_to) {
    const time_point until = clock::now() + 5ms;

    loop_->turn(until);

    EXPECT_GE(loop_->now(), until);
}

TEST_F(loop_turn, is_not_cut_short_by_a_time_that_is_no_longer_wanted) {
    recording_timer put_off;
    loop_->arm(put_off, clock::now() + 5ms);
    loop_->wake();
    loop_->turn(never);
    const time_point until = clock::now() + 30ms;
    loop_->arm(put_off, never);

    loop_->turn(until);

    EXPECT_GE(loop_->now(), until);
    EXPECT_EQ(put_off.expired, 0);
}

TEST_F(loop_timers, never_expire_early) {
    for (const auto delay : {1us, 300us, 1'500us, 4'000us}) {
        recording_timer one;
        const time_point due = clock::now() + delay;
        loop_->arm(one, due);

        ASSERT_TRUE(turn_until([&] { return one.expired == 1; }));

        EXPECT_GE(loop_->now(), due);
    }
}

TEST_F(loop_timers, do_not_expire_before_they_are_due_when_something_else_happens) {
    recording_timer later;
    loop_->arm(later, clock::now() + 1h);
    loop_->wake();

    loop_->turn(never);

    EXPECT_EQ(later.expired, 0);
    loop_->disarm(later);
}

TEST_F(loop_timers, expire_in_the_order_of_their_times) {
    std::string order;
    recording_timer first;
    recording_timer second;
    recording_timer third;
    first.then = [&] { order += '1'; };
    second.then = [&] { order += '2'; };
    third.then = [&] { order += '3'; };
    const time_point start = clock::now();
    loop_->arm(third, start + 3ms);
    loop_->arm(first, start + 1ms);
    loop_->arm(second, start + 2ms);

    ASSERT_TRUE(turn_until([&] { return order.size() == 3; }));

    EXPECT_EQ(order, "123");
}

TEST_F(loop_timers, expire_when_they_were_armed_for_the_past) {
    recording_timer past;
    recording_timer long_past;
    loop_->arm(past, loop_->now());
    loop_->arm(long_past, time_point::min());

    loop_->turn(never);

    EXPECT_EQ(past.expired, 1);
    EXPECT_EQ(long_past.expired, 1);
}

TEST_F(loop_timers, expire_once_a_turn_when_they_are_armed_again_inside) {
    recording_timer again;
    again.then = [&] { loop_->arm(again, loop_->now()); };
    loop_->arm(again, loop_->now());

    for (int turns = 1; turns <= 5; ++turns) {
        loop_->turn(never);
        EXPECT_EQ(again.expired, turns);
    }
    loop_->disarm(again);
}

TEST_F(loop_timers, tick_when_they_are_armed_ahead_inside) {
    recording_timer ticking;
    std::vector<time_point> told;
    time_point due = clock::now() + 1ms;
    ticking.then = [&] {
        EXPECT_GE(loop_->now(), due);
        told.push_back(loop_->now());
        due += 1ms;
        if (told.size() < 10) loop_->arm(ticking, due);
    };
    loop_->arm(ticking, due);

    EXPECT_TRUE(turn_until([&] { return told.size() == 10; }));
    EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(loop_timers, come_after_the_bytes_of_the_same_turn) {
    socket_pair pair = unix_pair();
    recording_stream one;
    loop_->attach(one, pair.ours.release());
    write_all(pair.peer, "in time");
    loop_->arm(one, loop_->now());

    poll();

    EXPECT_EQ(one.order, "rt");
    close(one);
}

TEST_F(loop_wake, ends_a_wait_from_another_thread) {
    std::atomic<bool> done{false};
    std::thread other{[&] {
        done = true;
        loop_->wake();
    }};

    while (!done) loop_->turn(never);
    other.join();
}

TEST_F(loop_wake, ends_one_wait_however_often_it_was_called) {
    for (int i = 0; i < 3; ++i) loop_->wake();
    loop_->turn(never);

    const time_point until = clock::now() + 10ms;
    loop_->turn(until);
    EXPECT_GE(loop_->now(), until);
}

TEST_F(loop_wake, makes_one_system_call_until_it_was_seen) {
    for (int i = 0; i < 3; ++i) loop_->wake();
    EXPECT_EQ(writes_to_the_eventfd(), 1);

    loop_->turn(never);
    loop_->wake();
    EXPECT_EQ(writes_to_the_eventfd(), 2);
}

TEST_F(loop_wake, is_not_lost_between_a_turn_and_the_next) {
    constexpr int calls = 20'000;
    std::atomic<int> count{0};
    std::thread other{[&] {
        for (int i = 0; i < calls; ++i) {
            ++count;
            loop_->wake();
        }
    }};

    int seen = 0;
    while (seen < calls) {
        loop_->turn(never);
        seen = count;
    }
    other.join();
    SUCCEED();
}

TEST_F(loop_wake, leaves_errno_alone) {
    errno = E2BIG;
    loop_->wake();
    EXPECT_EQ(errno, E2BIG);
}

class loop_descriptor : public with_loop {
  protected:
    int descriptor_ = loop_->descriptor();
};

TEST_F(loop_descriptor, is_readable_for_bytes_until_they_were_delivered) {
    socket_pair pair = unix_pair();
    recording_stream one;
    loop_->attach(one, pair.ours.release());
    EXPECT_FALSE(is_readable(descriptor_));

    write_all(pair.peer, "x");
    EXPECT_TRUE(is_readable(descriptor_));

    poll();
    EXPECT_EQ(one.received, "x");
    EXPECT_FALSE(is_readable(descriptor_));
    close(one);
}

TEST_F(loop_descriptor, becomes_readable_while_it_is_waited_on) {
    socket_pair pair = unix_pair();
    recording_stream one;
    loop_->attach(one, pair.ours.release());
    for (const bool woken : {false, true}) {
        std::thread other{[&] { woken ? loop_->wake() : write_all(pair.peer, "x"); }};
        EXPECT_TRUE(is_readable(descriptor_, 20s));
        other.join();
        poll();
        EXPECT_FALSE(is_readable(descriptor_));
    }
    EXPECT_EQ(one.received, "x");
    close(one);
}

TEST_F(loop_descriptor, is_readable_for_a_wake_until_it_was_seen) {
    loop_->wake();
    EXPECT_TRUE(is_readable(descriptor_));

    poll();
    EXPECT_FALSE(is_readable(descriptor_));
}

TEST_F(loop_descriptor, is_readable_for_each_timer_in_its_turn) {
    recording_timer first;
    recording_timer second;
    const time_point start = clock::now();
    loop_->arm(second, start + 6ms);
    loop_->arm(first, start + 3ms);

    while (second.expired == 0) {  // once for each, unless both have come due meanwhile
        ASSERT_TRUE(is_readable(descriptor_, 20s));
        EXPECT_GE(clock::now(), start + (first.expired == 0 ? 3ms : 6ms));
        poll();
    }

    EXPECT_EQ(first.expired, 1);
    EXPECT_FALSE(is_readable(descriptor_));
}

TEST_F(loop_descriptor, is_readable_for_a_timer_that_is_armed_again_for_the_past) {
    recording_timer again;
    again.then = [&] { loop_->arm(again, loop_->now()); };
    loop_->arm(again, loop_->now());

    for (int turns = 1; turns <= 3; ++turns) {
        ASSERT_TRUE(is_readable(descriptor_, 20s));
        poll();
        EXPECT_EQ(again.expired, turns);
    }
    loop_->disarm(again);
}

TEST_F(loop_descriptor, is_readable_for_what_was_closed_between_turns) {
    socket_pair pair = unix_pair();
    recording_stream one;
    loop_->attach(one, pair.ours.release());

    loop_->close(one);
    EXPECT_TRUE(is_readable(descriptor_));

    poll();
    EXPECT_EQ(one.closed, 1);
    EXPECT_FALSE(is_readable(descriptor_));
}

TEST_F(with_loop, descriptor_knows_of_what_was_to_be_done_before_it_was_asked_for) {
    recording_timer one;
    loop_->arm(one, clock::now() + 1ms);

    EXPECT_TRUE(is_readable(loop_->descriptor(), 20s));

    poll();
    EXPECT_EQ(one.expired, 1);
}

}  // namespace
}  // namespace pushwire::net
