// SIGINT and SIGTERM as a wake-up.

#include "net/signals.hpp"

#include <csignal>
#include <thread>
#include <utility>

#include "unit/net/recorder.hpp"

namespace pushwire::net {
namespace {

using wish = stop_signals::wish;

void (*handler_of(int number))(int) {
    struct sigaction current{};
    ::sigaction(number, nullptr, &current);
    return current.sa_handler;
}

void set_handler(int number, void (*handler)(int)) {
    struct sigaction wanted{};
    wanted.sa_handler = handler;
    ::sigaction(number, &wanted, nullptr);
}

// A shell may start this in the background, with SIGINT ignored.
class stop_signals_of_a_loop : public with_loop {
  protected:
    stop_signals_of_a_loop() {
        set_handler(SIGINT, SIG_DFL);
        set_handler(SIGTERM, SIG_DFL);
    }
};

TEST_F(stop_signals_of_a_loop, wake_it_and_are_taken_once) {
    stop_signals signals{*loop_, false};
    EXPECT_EQ(signals.take(), wish::none);

    ::raise(SIGTERM);
    loop_->turn(never);

    EXPECT_EQ(signals.take(), wish::stop);
    EXPECT_EQ(signals.take(), wish::none);
}

TEST_F(stop_signals_of_a_loop, ask_for_a_drain_by_the_first_sigterm_and_for_a_stop_by_the_second) {
    stop_signals signals{*loop_, true};

    ::raise(SIGTERM);
    EXPECT_EQ(signals.take(), wish::drain);
    ::raise(SIGTERM);
    EXPECT_EQ(signals.take(), wish::stop);
    EXPECT_EQ(handler_of(SIGTERM), SIG_DFL);
}

TEST_F(stop_signals_of_a_loop, ask_for_the_stop_where_both_have_come) {
    for (const auto& both :
         {std::pair{SIGINT, SIGTERM}, std::pair{SIGTERM, SIGINT}, std::pair{SIGTERM, SIGTERM}}) {
        stop_signals signals{*loop_, true};

        ::raise(both.first);
        ::raise(both.second);

        EXPECT_EQ(signals.take(), wish::stop);
    }
}

TEST_F(stop_signals_of_a_loop, wake_it_from_a_wait_in_another_thread) {
    stop_signals signals{*loop_, false};

    std::thread sender{[] { ::raise(SIGINT); }};  // the handler runs there, too
    const bool woken = turn_until([&] { return signals.take() == wish::stop; });
    sender.join();

    EXPECT_TRUE(woken);
}

TEST_F(stop_signals_of_a_loop, have_their_default_effect_again_after_they_asked_for_a_stop) {
    EXPECT_EXIT(
        {
            stop_signals signals(*loop_, false);
            ::raise(SIGINT);
            if (signals.take() != wish::stop) ::_exit(1);
            ::raise(SIGINT);
            ::_exit(2);
        },
        testing::KilledBySignal(SIGINT), "");
}

TEST_F(stop_signals_of_a_loop, are_not_the_same_signal) {
    stop_signals signals{*loop_, false};

    ::raise(SIGTERM);
    ::raise(SIGINT);  // such as a shell and a supervisor that both pass on their own

    EXPECT_EQ(signals.take(), wish::stop);
}

TEST_F(stop_signals_of_a_loop, are_given_back) {
    {
        const stop_signals signals{*loop_, false};
    }
    EXPECT_EQ(handler_of(SIGINT), SIG_DFL);
    EXPECT_EQ(handler_of(SIGTERM), SIG_DFL);

    const stop_signals again{*loop_, false};
    EXPECT_NE(handler_of(SIGINT), SIG_DFL);
}

TEST_F(stop_signals_of_a_loop, are_left_to_a_host_that_handles_them) {
    set_handler(SIGINT, SIG_IGN);
    {
        const stop_signals signals{*loop_, false};
        EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
        EXPECT_NE(handler_of(SIGTERM), SIG_DFL);
        set_handler(SIGTERM, SIG_IGN);
    }
    EXPECT_EQ(handler_of(SIGINT), SIG_IGN);
    EXPECT_EQ(handler_of(SIGTERM), SIG_IGN);

    set_handler(SIGINT, SIG_DFL);
    set_handler(SIGTERM, SIG_DFL);
}

TEST_F(stop_signals_of_a_loop, belong_to_the_first_who_asks) {
    stop_signals first{*loop_, false};
    {
        stop_signals second{*loop_, false};
        ::raise(SIGTERM);
        EXPECT_EQ(second.take(), wish::none);
    }

    EXPECT_EQ(first.take(), wish::stop);
    EXPECT_NE(handler_of(SIGINT), SIG_DFL);
}

}  // namespace
}  // namespace pushwire::net
