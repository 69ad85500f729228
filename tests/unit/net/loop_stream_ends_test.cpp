// All the ways in which a stream ends: by the peer, by a failure, by us; and that none of them spins.

#include <array>
#include <thread>

#include <gmock/gmock.h>

#include "net/loop.hpp"
#include "unit/net/with_stream.hpp"

namespace pushwire::net {
namespace {

using testing::ElementsAre;

using loop_stream_ends = with_stream;

std::error_code system_error_of(int number) {
    return {number, std::system_category()};
}

void end(const unique_descriptor& which) {
    ::shutdown(which.get(), SHUT_WR);
}

TEST_F(loop_stream_ends, is_told_of_the_bytes_and_then_once_of_the_end) {
    for (const bool tcp : {true, false}) {
        recording_stream one;
        socket_pair pair = tcp ? tcp_pair() : unix_pair();
        loop_->attach(one, pair.ours.release());
        write_all(pair.peer, "last words");
        end(pair.peer);

        ASSERT_TRUE(turn_until([&] { return one.ends == 1; }));

        EXPECT_EQ(one.received, "last words");
        EXPECT_EQ(one.order, "re");
        EXPECT_TRUE(rests());
        EXPECT_EQ(one.order, "re");
        close(one);
    }
}

TEST_F(loop_stream_ends, can_still_send_after_the_peer_has_ended_its_side) {
    attach_small(tcp_pair());
    end(peer_);
    ASSERT_TRUE(turn_until([&] { return stream_.ends == 1; }));
    const std::string all = random_bytes(1024 * 1024);

    std::string got;
    std::thread reader{[&] { got = read_all(peer_, all.size()); }};
    EXPECT_TRUE(send_all(all));
    reader.join();

    EXPECT_TRUE(got == all);
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream_ends, reads_on_after_its_own_side_has_ended) {
    attach(tcp_pair());
    loop_->shut_write(stream_);
    EXPECT_EQ(read_all(peer_), "");

    write_all(peer_, "goodbye");
    end(peer_);
    ASSERT_TRUE(turn_until([&] { return stream_.ends == 1; }));

    EXPECT_EQ(stream_.received, "goodbye");
    EXPECT_TRUE(rests()) << "both directions have ended, which epoll tells for ever";
    EXPECT_EQ(stream_.order, "re");
}

TEST_F(loop_stream_ends, rests_when_both_sides_end_in_the_other_order) {
    for (const bool tcp : {true, false}) {
        recording_stream one;
        socket_pair pair = tcp ? tcp_pair() : unix_pair();
        loop_->attach(one, pair.ours.release());
        end(pair.peer);
        ASSERT_TRUE(turn_until([&] { return one.ends == 1; }));

        loop_->shut_write(one);

        EXPECT_EQ(read_all(pair.peer), "");
        EXPECT_TRUE(rests());
        EXPECT_EQ(one.order, "e");
        close(one);
    }
}

TEST_F(loop_stream_ends, keeps_the_end_for_later_while_it_is_paused_and_rests) {
    for (const bool tcp : {true, false}) {
        recording_stream one;
        socket_pair pair = tcp ? tcp_pair() : unix_pair();
        loop_->attach(one, pair.ours.release());
        loop_->pause(one);
        loop_->shut_write(one);
        write_all(pair.peer, "before");
        EXPECT_EQ(read_all(pair.peer), "");
        pair.peer = unique_descriptor{};  // both directions have ended, and bytes wait

        EXPECT_TRUE(rests());
        EXPECT_EQ(one.order, "");

        loop_->resume(one);
        ASSERT_TRUE(turn_until([&] { return one.ends == 1; }));
        EXPECT_EQ(one.received, "before");
        EXPECT_TRUE(rests());
        close(one);
    }
}

TEST_F(loop_stream_ends, fails_once_when_the_peer_resets) {
    attach(tcp_pair());
    reset(peer_);

    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_THAT(stream_.failures, ElementsAre(system_error_of(ECONNRESET)));
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "f");
}

TEST_F(loop_stream_ends, is_told_of_the_bytes_that_came_before_a_reset) {
    attach(tcp_pair());
    write_all(peer_, "last words");
    reset(peer_);

    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_EQ(stream_.received, "last words");
    EXPECT_EQ(stream_.order, "rf");
}

TEST_F(loop_stream_ends, fails_while_it_is_paused) {
    attach(tcp_pair());
    loop_->pause(stream_);
    reset(peer_);

    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_THAT(stream_.failures, ElementsAre(system_error_of(ECONNRESET)));
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream_ends, fails_after_the_end_when_the_peer_resets) {
    attach(tcp_pair());
    end(peer_);
    ASSERT_TRUE(turn_until([&] { return stream_.ends == 1; }));
    reset(peer_);

    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_EQ(stream_.order, "ef");
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream_ends, fails_while_something_is_pending) {
    attach_small(tcp_pair());
    const std::string all(8 * 1024 * 1024, 'x');
    ASSERT_TRUE(send(stream_, all).pending);
    reset(peer_);

    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_EQ(stream_.failures.size(), 1U);
    EXPECT_TRUE(rests());
    EXPECT_TRUE(send(stream_, "more").pending);
    loop_->shut_write(stream_);
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order.back(), 'f');
}

TEST_F(loop_stream_ends, hears_of_a_failed_send_later_and_not_within_it) {
    attach(unix_pair());
    loop_->pause(stream_);
    peer_ = unique_descriptor{};

    const send_outcome outcome = send(stream_, "nobody reads this");
    EXPECT_EQ(outcome.sent, 0U);
    EXPECT_TRUE(outcome.pending);
    EXPECT_TRUE(send(stream_, "nor this").pending);
    EXPECT_EQ(stream_.order, "");

    loop_->turn(never);  // does not wait: there is something to tell
    EXPECT_THAT(stream_.failures, ElementsAre(system_error_of(EPIPE)));
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "f");
}

TEST_F(loop_stream_ends, does_not_hear_of_a_failed_send_after_it_was_closed) {
    recording_stream mortal;
    socket_pair pair = unix_pair();
    loop_->attach(mortal, pair.ours.release());
    pair.peer = unique_descriptor{};
    EXPECT_TRUE(send(mortal, "nobody reads this").pending);

    loop_->close(mortal);
    loop_->turn(never);

    EXPECT_EQ(mortal.order, "x");
}

TEST_F(loop_stream_ends, hears_of_closing_later_and_then_of_nothing_else) {
    attach(unix_pair());
    write_all(peer_, "unread");
    loop_->arm(stream_, loop_->now());

    loop_->close(stream_);
    EXPECT_EQ(stream_.order, "");

    loop_->turn(never);
    EXPECT_EQ(stream_.order, "x");
    EXPECT_EQ(read_all(peer_), "") << "the socket is closed";
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream_ends, may_be_closed_in_whatever_it_is_told) {
    struct scene {
        char last;
        std::function<void()> recording_stream::* hook;
        std::function<void(unique_descriptor&)> provoke;
    };
    const std::array<scene, 3> scenes{
        scene{'r', &recording_stream::after_received, [](auto& peer) { write_all(peer, "x"); }},
        scene{'e', &recording_stream::after_end, [](auto& peer) { end(peer); }},
        scene{'f', &recording_stream::after_failure, [](auto& peer) { reset(peer); }},
    };
    for (const scene& each : scenes) {
        recording_stream one;
        socket_pair pair = tcp_pair();
        loop_->attach(one, pair.ours.release());
        one.*each.hook = [&] {
            loop_->close(one);
            EXPECT_EQ(one.closed, 0) << "told from within a call";
        };
        each.provoke(pair.peer);

        ASSERT_TRUE(turn_until([&] { return one.closed == 1; }));

        EXPECT_EQ(one.order, std::string{each.last} + 'x');
    }
}

TEST_F(loop_stream_ends, may_be_closed_with_something_pending) {
    attach_small(unix_pair());
    const std::string all(512 * 1024, 'x');
    ASSERT_TRUE(send(stream_, all).pending);
    stream_.after_sent = [&] { loop_->close(stream_); };

    std::thread reader{[&] { read_all(peer_); }};
    EXPECT_TRUE(turn_until([&] { return stream_.closed == 1; }));
    reader.join();

    EXPECT_EQ(stream_.order, "sx");
}

TEST_F(loop_stream_ends, may_be_destroyed_in_its_last_call) {
    auto mortal = std::make_unique<recording_stream>();
    socket_pair pair = unix_pair();
    loop_->attach(*mortal, pair.ours.release());
    mortal->after_closed = [&] {
        const auto gone = std::move(mortal);
        (void)gone;
    };

    loop_->close(*mortal);
    loop_->turn(never);

    EXPECT_EQ(mortal, nullptr);
}

TEST_F(loop_stream_ends, can_be_attached_again_in_its_last_call) {
    attach(unix_pair());
    socket_pair next = unix_pair();
    stream_.after_closed = [&] { loop_->attach(stream_, next.ours.release()); };

    loop_->close(stream_);
    poll();
    write_all(next.peer, "again");

    EXPECT_TRUE(turn_until([&] { return stream_.received == "again"; }));
    stream_.closed = 0;
}

TEST_F(loop_stream_ends, is_not_told_of_an_event_that_another_has_made_stale) {
    auto first = std::make_unique<recording_stream>();
    auto second = std::make_unique<recording_stream>();
    socket_pair one = unix_pair();
    socket_pair two = unix_pair();
    loop_->attach(*first, one.ours.release());
    loop_->attach(*second, two.ours.release());
    int received = 0;
    int closed = 0;
    std::string orders;  // of those that were closed
    // Whichever comes first closes the other, whose event waits in the same turn.
    first->after_received = [&] {
        ++received;
        loop_->close(*second);
    };
    second->after_received = [&] {
        ++received;
        loop_->close(*first);
    };
    first->after_closed = [&] {
        ++closed;
        orders += first->order;
        first.reset();
    };
    second->after_closed = [&] {
        ++closed;
        orders += second->order;
        second.reset();
    };
    write_all(one.peer, "x");
    write_all(two.peer, "x");

    ASSERT_TRUE(turn_until([&] { return closed == 1; }));

    EXPECT_EQ(received, 1);
    EXPECT_EQ(orders, "x");
    if (first) loop_->close(*first);
    if (second) loop_->close(*second);
    EXPECT_TRUE(turn_until([&] { return closed == 2; }));
}

TEST_F(loop_stream_ends, may_be_closed_when_the_thread_that_turned_the_loop_has_ended) {
    const listening server = net::listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    recording_listener listener;
    loop_->listen(listener, server.sockets[0].get(), false);
    attach(unix_pair());
    write_all(peer_, "hello");
    std::thread{[&] { EXPECT_TRUE(turn_until([&] { return stream_.received == "hello"; })); }}.join();

    loop_->close(stream_);
    loop_->remove(listener);
    poll();

    EXPECT_EQ(stream_.order, "rx");
    EXPECT_EQ(read_all(peer_), "");
}

TEST_F(loop_stream_ends, leaves_the_loop_though_a_child_holds_its_socket) {
    attach(unix_pair());
    const unique_descriptor kept_by_a_child{::dup(ours_)};
    loop_->close(stream_);
    loop_->turn(never);
    ASSERT_EQ(stream_.closed, 1);

    write_all(peer_, "nobody hears this");

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "x");
}

}  // namespace
}  // namespace pushwire::net
