// Much at a time and little at a time: on io_uring the one is read by calls and the other by the kernel, on epoll both by
// calls. Nobody can tell but by when a destination is asked for.

#include <algorithm>
#include <array>
#include <list>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include "net/loop.hpp"
#include "unit/net/with_stream.hpp"

namespace pushwire::net {
namespace {

class loop_reading : public with_stream {
  protected:
    /// Until all of it was told, and nothing else.
    void hear(std::string_view text) {
        stream_.received.clear();
        write_all(peer_, text);
        EXPECT_TRUE(turn_until([&] { return stream_.received.size() >= text.size(); }));
        EXPECT_TRUE(stream_.received == text);
    }

    /// From here on, much is what comes.
    void hear_much() { hear(much_); }

    /// Whether the loop asks for a destination before the next bytes are read.
    bool asks_where_to() {
        std::array<std::byte, 16> own{};
        stream_.own = own;
        hear("where to?");
        stream_.own = {};
        return stream_.order.back() == 'c';
    }

    bool reads_ahead() const { return std::string_view{loop_->name()} == "io_uring"; }

    const std::string much_ = random_bytes(20 * 1024);
};

TEST_F(loop_reading, asks_for_a_destination_once_much_has_come) {
    attach(unix_pair());

    EXPECT_EQ(asks_where_to(), !reads_ahead());
    hear_much();
    EXPECT_TRUE(asks_where_to());
}

TEST_F(loop_reading, is_done_ahead_again_after_little_has_come_twice) {
    attach(unix_pair());
    hear_much();

    hear("little");
    EXPECT_TRUE(asks_where_to()) << "it may have been the end of a large message";
    hear("little");
    hear("and little again");
    EXPECT_EQ(asks_where_to(), !reads_ahead());

    hear_much();
    hear("little");
    hear_much();
    hear("little");
    EXPECT_TRUE(asks_where_to()) << "in between there was much";
}

// On io_uring it has, as soon as something else is asked of it, and has not been told yet that the calls begin.
TEST_F(loop_reading, keeps_the_order_when_the_kernel_reads_on_while_much_is_told) {
    attach(unix_pair());
    recording_stream other;
    socket_pair pair = unix_pair();
    loop_->attach(other, pair.ours.release());
    stream_.after_received = [&] {
        if (stream_.reads.size() != 1) return;
        write_all(peer_, "first,");
        loop_->begin_batch();
        for (recording_stream* const each : {&stream_, &other}) EXPECT_EQ(send(*each, "x").sent, 1U);
        loop_->end_batch();
        write_all(peer_, "second");
    };
    write_all(peer_, much_);

    EXPECT_TRUE(turn_until([&] { return stream_.received.size() >= much_.size() + 12; }));

    EXPECT_TRUE(stream_.received == much_ + "first,second");
    close(other);
}

TEST_F(loop_reading, misses_nothing_while_it_changes) {
    for (const bool tcp : {true, false}) {
        recording_stream one;
        socket_pair pair = tcp ? tcp_pair() : unix_pair();
        loop_->attach(one, pair.ours.release());
        const std::string all = random_bytes(8 * 1024 * 1024);
        one.received.reserve(all.size());
        std::mt19937 random{9};
        std::thread writer{[&, random]() mutable {
            for (std::string_view rest = all; !rest.empty();) {
                const bool little = random() % 4 != 0;
                const std::size_t size =
                    std::min<std::size_t>(rest.size(), 1 + random() % (little ? 2000 : 100'000));
                write_all(pair.peer, rest.substr(0, size));
                rest.remove_prefix(size);
            }
        }};
        bool rests_for_a_turn = false;
        one.after_received = [&] {
            if (random() % 8 != 0) return;
            loop_->pause(one);
            rests_for_a_turn = random() % 2 == 0;
            if (!rests_for_a_turn) loop_->resume(one);
        };

        EXPECT_TRUE(turn_until([&] {
            if (std::exchange(rests_for_a_turn, false)) poll();
            loop_->resume(one);
            return one.received.size() >= all.size();
        }));
        writer.join();

        EXPECT_TRUE(one.received == all);
        one.do_nothing_more();
        close(one);
    }
}

TEST_F(loop_reading, of_much_for_more_streams_than_there_are_buffers_misses_none) {
    struct conversation {
        recording_stream ours;
        unique_descriptor peer;
    };
    std::list<conversation> many(200);
    for (conversation& each : many) {
        socket_pair pair = unix_pair();
        each.peer = std::move(pair.peer);
        loop_->attach(each.ours, pair.ours.release());
    }

    for (std::size_t round = 1; round <= 3; ++round) {
        for (conversation& each : many) write_all(each.peer, much_);
        EXPECT_TRUE(turn_until([&] {
            return std::ranges::all_of(
                many, [&](const auto& each) { return each.ours.received.size() >= round * much_.size(); });
        }));
    }

    for (conversation& each : many) {
        EXPECT_TRUE(each.ours.received == much_ + much_ + much_);
        close(each.ours);
    }
}

TEST_F(loop_reading, stops_when_it_is_paused_on_having_got_much) {
    attach(tcp_pair());
    stream_.after_received = [&] { loop_->pause(stream_); };
    hear_much();
    stream_.do_nothing_more();
    stream_.received.clear();
    write_all(peer_, "later");

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.received, "");

    loop_->resume(stream_);
    EXPECT_TRUE(turn_until([&] { return stream_.received == "later"; }));
}

TEST_F(loop_reading, stops_when_it_is_paused_while_much_is_waited_for) {
    attach(tcp_pair());
    hear_much();
    EXPECT_TRUE(rests());
    stream_.received.clear();
    loop_->pause(stream_);
    write_all(peer_, much_);

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.received, "");
    write_all(peer_, "more");
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.received, "");

    loop_->resume(stream_);
    EXPECT_TRUE(turn_until([&] { return stream_.received.size() >= much_.size() + 4; }));
    EXPECT_TRUE(stream_.received == much_ + "more");
    EXPECT_TRUE(rests());
}

TEST_F(loop_reading, goes_on_when_it_is_resumed_in_the_turn_that_passed_the_bytes_by) {
    attach(unix_pair());
    hear_much();
    EXPECT_TRUE(rests());
    stream_.received.clear();
    recording_timer resumes;
    resumes.then = [&] { loop_->resume(stream_); };
    loop_->pause(stream_);
    loop_->arm(resumes, loop_->now());
    write_all(peer_, "told of while it was paused");

    poll();

    EXPECT_TRUE(turn_until([&] { return stream_.received == "told of while it was paused"; }));
    EXPECT_EQ(resumes.expired, 1);
}

TEST_F(loop_reading, of_much_is_told_of_the_rest_and_then_once_of_the_end) {
    for (const bool tcp : {true, false}) {
        for (const std::string_view last : {std::string_view{"last words"}, std::string_view{much_}, {}}) {
            recording_stream one;
            socket_pair pair = tcp ? tcp_pair() : unix_pair();
            loop_->attach(one, pair.ours.release());
            write_all(pair.peer, much_);
            EXPECT_TRUE(turn_until([&] { return one.received.size() == much_.size(); }));
            EXPECT_TRUE(rests());

            write_all(pair.peer, last);
            ::shutdown(pair.peer.get(), SHUT_WR);

            EXPECT_TRUE(turn_until([&] { return one.ends == 1; }));
            EXPECT_TRUE(one.received == much_ + std::string{last});
            EXPECT_EQ(one.order.back(), 'e');
            EXPECT_TRUE(rests());
            EXPECT_EQ(one.ends, 1);
            close(one);
        }
    }
}

TEST_F(loop_reading, finds_the_end_that_came_with_much) {
    attach(tcp_pair());
    write_all(peer_, much_);
    ::shutdown(peer_.get(), SHUT_WR);

    EXPECT_TRUE(turn_until([&] { return stream_.ends == 1; }));

    EXPECT_TRUE(stream_.received == much_);
    EXPECT_TRUE(rests());
}

TEST_F(loop_reading, of_much_finds_that_the_peer_has_reset) {
    attach(tcp_pair());
    hear_much();
    EXPECT_TRUE(rests());
    reset(peer_);

    EXPECT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.failures.size(), 1U);
}

TEST_F(loop_reading, ends_when_the_stream_is_closed_on_having_got_much) {
    attach(unix_pair());
    stream_.after_received = [&] { loop_->close(stream_); };
    write_all(peer_, much_);
    write_all(peer_, "unread");

    EXPECT_TRUE(turn_until([&] { return stream_.closed == 1; }));

    EXPECT_EQ(stream_.order, "rx");
    EXPECT_EQ(read_all(peer_), "") << "the socket is closed";
    EXPECT_TRUE(rests());
}

TEST_F(loop_reading, of_a_stream_that_another_has_closed_does_not_reach_it) {
    attach(unix_pair());
    recording_stream other;
    socket_pair pair = unix_pair();
    loop_->attach(other, pair.ours.release());
    write_all(pair.peer, much_);
    EXPECT_TRUE(turn_until([&] { return other.received.size() == much_.size(); }));
    hear_much();
    EXPECT_TRUE(rests());
    other.order.clear();
    stream_.order.clear();
    // Whichever comes first closes the other, of which the kernel has told in the same turn.
    other.after_received = [&] { loop_->close(stream_); };
    stream_.after_received = [&] { loop_->close(other); };
    write_all(pair.peer, much_);
    write_all(peer_, much_);

    EXPECT_TRUE(turn_until([&] { return stream_.closed + other.closed == 1; }));

    EXPECT_EQ(stream_.closed == 1 ? stream_.order : other.order, "x");
    EXPECT_EQ(stream_.closed == 1 ? other.order.find('x') : stream_.order.find('x'), std::string::npos);
    other.do_nothing_more();
    if (other.closed == 0) close(other);
}

}  // namespace
}  // namespace pushwire::net
