// Bytes in and out of a stream.

#include <array>
#include <numeric>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/tcp.h>

#include "net/loop.hpp"
#include "unit/net/with_stream.hpp"

namespace pushwire::net {
namespace {

using testing::AnyOf;
using testing::ElementsAre;

using loop_stream = with_stream;

// Sends back what it receives, cut into segments of any size, and reads nothing while something is pending.
struct echo final : recording_stream {
    loop& owner;
    std::mt19937 random{3};
    std::string waiting;
    std::size_t at = 0;  // of `waiting`, what was sent
    bool pending = false;

    explicit echo(loop& its_loop) : owner{its_loop} {
        after_received = [this] {
            waiting.erase(0, at);
            at = 0;
            waiting += received;
            received.clear();
            write();
        };
        after_sent = [this] {
            EXPECT_TRUE(pending);
            pending = false;
            owner.resume(*this);
            write();
        };
    }

    void write() {
        while (!pending && at < waiting.size()) {
            std::vector<std::span<const std::byte>> segments;
            std::size_t given = 0;
            for (auto rest = std::string_view{waiting}.substr(at); !rest.empty();) {
                const std::size_t size = std::min<std::size_t>(rest.size(), random() % 3000);
                segments.push_back(bytes_of(rest.substr(0, size)));
                rest.remove_prefix(size);
                if (segments.size() <= loop::max_segments) given += size;
            }
            const send_outcome outcome = owner.send(*this, segments);
            EXPECT_EQ(outcome.pending, outcome.sent < given);
            at += outcome.sent;
            pending = outcome.pending;
        }
        if (pending) owner.pause(*this);
    }
};

TEST_F(with_loop, echo_of_many_bytes_through_small_buffers_changes_none) {
    socket_pair pair = tcp_pair();
    set_option(pair.ours, SO_SNDBUF, 8192);
    set_option(pair.peer, SO_SNDBUF, 8192);
    const std::string all = random_bytes(24 * 1024 * 1024);
    echo echoing{*loop_};
    loop_->attach(echoing, pair.ours.release());
    std::string back;
    std::thread writer{[&] {
        std::mt19937 random{5};
        for (std::string_view rest = all; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 100'000);
            write_all(pair.peer, rest.substr(0, size));
            rest.remove_prefix(size);
        }
    }};
    std::thread reader{[&] { back = read_all(pair.peer, all.size()); }};
    std::size_t echoed = 0;
    const bool finished = turn_until([&] {
        echoed = std::accumulate(echoing.reads.begin(), echoing.reads.end(), std::size_t{0});
        return echoed == all.size() && echoing.at == echoing.waiting.size();
    });
    writer.join();
    reader.join();

    EXPECT_TRUE(finished);
    EXPECT_TRUE(back == all);  // without printing it
    EXPECT_GT(echoing.times_writable, 10U) << "no send was short: the test shows nothing";
    close(echoing);
}

TEST_F(loop_stream, is_told_of_bytes_and_can_change_them) {
    attach(unix_pair());
    write_all(peer_, "hello");

    ASSERT_TRUE(turn_until([&] { return !stream_.received.empty(); }));

    EXPECT_EQ(stream_.received, "hello");
    EXPECT_EQ(stream_.order, "r");
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream, reads_at_most_one_buffer_a_turn) {
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 512 * 1024);
    attach(std::move(pair));
    write_all(peer_, std::string(150 * 1024, 'x'));

    poll();
    EXPECT_THAT(stream_.reads, ElementsAre(AnyOf(64 * 1024, 68 * 1024)));  // io_uring's, epoll's

    EXPECT_TRUE(turn_until([&] { return stream_.received.size() == 150 * 1024; }));
}

TEST_F(loop_stream, reads_into_its_own_destination_as_much_as_fits) {
    std::vector<std::byte> message(1024 * 1024);
    stream_.own = message;
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 1024 * 1024);
    attach(std::move(pair));
    const std::string all = random_bytes(300 * 1024);
    write_all(peer_, all);

    ASSERT_TRUE(turn_until([&] { return stream_.received.size() == all.size(); }));
    EXPECT_TRUE(stream_.received == all);
    // On io_uring what the kernel reads before it is asked for a destination comes in the loop's own buffer.
    EXPECT_THAT(stream_.order, testing::MatchesRegex("r?c+"));
    EXPECT_THAT(stream_.reads, testing::Contains(testing::Gt(64U * 1024)))
        << "a destination may be larger than the loop's own buffer";

    stream_.own = {};
    write_all(peer_, "small again");
    ASSERT_TRUE(turn_until([&] { return stream_.order.back() == 'r'; }));
}

TEST_F(loop_stream, does_not_delay_small_writes) {
    attach(tcp_pair());

    EXPECT_EQ(option_of(ours_, IPPROTO_TCP, TCP_NODELAY), 1);
}

TEST_F(loop_stream, sends_at_once_what_fits) {
    attach(tcp_pair());
    const std::array segments{bytes_of("one "), bytes_of(""), bytes_of("two "), bytes_of("three")};

    const send_outcome outcome = loop_->send(stream_, segments);

    EXPECT_EQ(outcome.sent, 13U);
    EXPECT_FALSE(outcome.pending);
    EXPECT_EQ(read_all(peer_, 13), "one two three");
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "");
}

TEST_F(loop_stream, sends_nothing_of_nothing) {
    attach(tcp_pair());

    EXPECT_EQ(loop_->send(stream_, {}).sent, 0U);
    EXPECT_FALSE(send(stream_, "").pending);
}

TEST_F(loop_stream, takes_a_limited_number_of_segments) {
    attach(unix_pair());
    const std::vector<std::span<const std::byte>> segments(loop::max_segments + 5, bytes_of("x"));

    const send_outcome outcome = loop_->send(stream_, segments);

    EXPECT_EQ(outcome.sent, loop::max_segments);
    EXPECT_FALSE(outcome.pending);
}

TEST_F(loop_stream, is_told_when_it_can_send_more_of_what_was_left) {
    attach_small(unix_pair());
    const std::string all = random_bytes(2 * 1024 * 1024);

    std::string got;
    std::thread reader{[&] { got = read_all(peer_, all.size()); }};
    EXPECT_TRUE(send_all(all));
    reader.join();

    EXPECT_TRUE(got == all);
    EXPECT_GT(stream_.times_writable, 1U) << "no send was short: the test shows nothing";
    EXPECT_TRUE(rests()) << "writability is still asked for";
}

TEST_F(loop_stream, keeps_reading_while_something_is_pending) {
    attach_small(unix_pair());
    const std::string all(512 * 1024, 'x');
    ASSERT_TRUE(send(stream_, all).pending);

    write_all(peer_, "still heard");

    EXPECT_TRUE(turn_until([&] { return stream_.received == "still heard"; }));
}

TEST_F(loop_stream, is_not_told_of_bytes_while_it_is_paused) {
    attach(unix_pair());
    loop_->pause(stream_);
    write_all(peer_, "later");

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "");

    loop_->resume(stream_);
    EXPECT_TRUE(turn_until([&] { return stream_.received == "later"; }));
}

TEST_F(loop_stream, can_pause_from_within_what_it_is_told) {
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 512 * 1024);
    attach(std::move(pair));
    write_all(peer_, std::string(150 * 1024, 'x'));
    stream_.after_received = [&] { loop_->pause(stream_); };

    ASSERT_TRUE(turn_until([&] { return !stream_.reads.empty(); }));
    EXPECT_TRUE(rests());

    // On io_uring, before Linux 6.17, more was read ahead than one buffer.
    const auto told = stream_.received.size();
    write_all(peer_, "later");
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.received.size(), told);
    EXPECT_THAT(told, AnyOf(64 * 1024, 68 * 1024, 150 * 1024));
}

TEST_F(loop_stream, sends_while_it_is_paused) {
    attach_small(unix_pair());
    loop_->pause(stream_);
    const std::string all = random_bytes(512 * 1024);

    std::string got;
    std::thread reader{[&] { got = read_all(peer_, all.size()); }};
    EXPECT_TRUE(send_all(all));
    reader.join();

    EXPECT_TRUE(got == all);
    EXPECT_TRUE(rests());
}

TEST_F(loop_stream, of_an_ordinary_file_fails_rather_than_throws) {
    recording_stream wrong;
    unique_descriptor file{::open("/dev/null", O_RDWR | O_CLOEXEC)};  // no socket, and nothing to wait for
    loop_->attach(wrong, file.release());

    poll();

    // On epoll EPERM, for it cannot be watched; on io_uring ENOTSOCK.
    EXPECT_EQ(wrong.failures.size(), 1U);
    close(wrong);
}

}  // namespace
}  // namespace pushwire::net
