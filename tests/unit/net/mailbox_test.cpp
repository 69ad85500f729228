// Calls from other threads.

#include "net/mailbox.hpp"

#include <array>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "unit/net/recorder.hpp"

namespace pushwire::net {
namespace {

using testing::ElementsAre;

class mailbox_of_a_loop : public with_loop {
  protected:
    mailbox box_{*loop_, 100};
    std::vector<int> ran_;

    bool post(int what, std::size_t bytes = 0) {
        return box_.post(bytes, [this, what] { ran_.push_back(what); });
    }
};

TEST_F(mailbox_of_a_loop, runs_calls_in_the_order_in_which_they_were_posted) {
    EXPECT_FALSE(box_.run());
    EXPECT_TRUE(post(1) && post(2) && post(3));

    EXPECT_TRUE(box_.run());

    EXPECT_THAT(ran_, ElementsAre(1, 2, 3));
    EXPECT_FALSE(box_.run());
}

TEST_F(mailbox_of_a_loop, leaves_what_a_call_posts_for_the_next_time) {
    EXPECT_TRUE(box_.post(0, [this] { EXPECT_TRUE(post(1)); }));

    box_.run();
    EXPECT_THAT(ran_, ElementsAre());

    box_.run();
    EXPECT_THAT(ran_, ElementsAre(1));
}

TEST_F(mailbox_of_a_loop, refuses_bytes_that_do_not_fit_but_no_control_call) {
    EXPECT_TRUE(post(1, 60));
    EXPECT_FALSE(post(2, 41));
    EXPECT_FALSE(post(3, ~std::size_t{0}));
    EXPECT_TRUE(post(4, 40));
    EXPECT_FALSE(post(5, 1));
    EXPECT_TRUE(post(6, 0));

    box_.run();

    EXPECT_THAT(ran_, ElementsAre(1, 4, 6));
    EXPECT_TRUE(post(7, 100));
}

TEST_F(mailbox_of_a_loop, counts_the_bytes_of_a_call_until_it_has_run) {
    bool fits_while_running = true;
    EXPECT_TRUE(box_.post(100, [&] { fits_while_running = post(1, 1); }));

    box_.run();

    EXPECT_FALSE(fits_while_running);
    EXPECT_TRUE(post(2, 1));
}

// Counts how often it is woken; nothing else of a loop is needed.
struct woken_loop final : loop {
    int woken = 0;
    void wake() noexcept override { ++woken; }

    const char* name() const override { return "woken"; }
    void listen(listener&, int, bool) override {}
    void pause(listener&) override {}
    void resume(listener&) override {}
    void remove(listener&) override {}
    void attach(stream&, int) override {}
    void connect(stream&, int) override {}
    send_outcome send(stream&, std::span<const std::span<const std::byte>>) override { return {}; }
    void pause(stream&) override {}
    void resume(stream&) override {}
    void shut_write(stream&) override {}
    void close(stream&) override {}
    void arm(timer&, time_point) override {}
    void turn(time_point) override {}
    int descriptor() override { return -1; }
};

TEST(mailbox, wakes_its_loop_once_a_batch) {
    woken_loop counting;
    mailbox box{counting, 100};

    for (int i = 0; i < 5; ++i) EXPECT_TRUE(box.post(1, [] {}));
    EXPECT_EQ(counting.woken, 1);

    box.run();
    EXPECT_TRUE(box.post(1, [] {}));
    EXPECT_EQ(counting.woken, 2);
}

TEST(mailbox, learns_of_gathered_calls_when_they_are_posted_and_wakes_once_for_all) {
    woken_loop counting;
    mailbox box{counting, 100};
    mailbox::batch gathered;
    std::vector<int> ran;

    EXPECT_TRUE(box.add(gathered, 60, [&] { ran.push_back(1); }));
    EXPECT_TRUE(box.add(gathered, 40, [&] { ran.push_back(2); }));
    EXPECT_FALSE(box.add(gathered, 1, [&] { ran.push_back(3); })) << "what was gathered counts";
    EXPECT_EQ(counting.woken, 0);
    EXPECT_FALSE(box.run());

    box.post(gathered);
    EXPECT_EQ(counting.woken, 1);
    EXPECT_TRUE(gathered.calls.empty());
    EXPECT_TRUE(box.run());
    EXPECT_EQ(ran, (std::vector{1, 2}));

    box.post(gathered);
    EXPECT_EQ(counting.woken, 1) << "nothing was posted";
    EXPECT_TRUE(box.add(gathered, 100, [] {})) << "what has run does not count";
}

TEST(mailbox, does_not_wake_for_a_call_that_it_refuses) {
    woken_loop counting;
    mailbox box{counting, 100};

    EXPECT_FALSE(box.post(101, [] {}));

    EXPECT_EQ(counting.woken, 0);
}

TEST_F(with_loop, mailbox_keeps_order_and_bound_under_many_threads) {
    constexpr int threads = 4;
    constexpr int calls = 20'000;
    constexpr std::size_t capacity = 1'000;
    mailbox box{*loop_, capacity};
    std::array<int, threads> next{};
    std::atomic<std::size_t> waiting{0};
    std::atomic<bool> over_bound{false};
    std::atomic<bool> control_refused{false};
    bool out_of_order = false;
    int done = 0;

    std::array<std::thread, threads> posters;
    for (int who = 0; who < threads; ++who) {
        posters[static_cast<std::size_t>(who)] = std::thread{[&, who] {
            for (int i = 0; i < calls; ++i) {
                const std::size_t bytes = static_cast<std::size_t>(i) % 7;
                const auto call = [&, who, i, bytes] {
                    waiting -= bytes;
                    out_of_order |= next[static_cast<std::size_t>(who)]++ != i;
                    ++done;
                };
                // What was accepted is counted after it, so the count may only lag behind the truth.
                while (!box.post(bytes, call)) {
                    if (bytes == 0) control_refused = true;
                    std::this_thread::yield();
                }
                const std::size_t now_waiting = waiting += bytes;
                if (now_waiting > capacity && now_waiting < ~std::size_t{0} / 2) over_bound = true;
            }
        }};
    }
    const bool finished = turn_until([&] {
        box.run();
        return done == threads * calls;
    });
    for (auto& each : posters) each.join();

    EXPECT_TRUE(finished);
    EXPECT_FALSE(out_of_order);
    EXPECT_FALSE(over_bound);
    EXPECT_FALSE(control_refused);
}

}  // namespace
}  // namespace pushwire::net
