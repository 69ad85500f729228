// Bytes in and out of a stream on epoll.

#include <array>
#include <numeric>
#include <random>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/tcp.h>

#include "net/loop_epoll.hpp"
#include "unit/net/with_stream.hpp"

namespace pushwire::net {
namespace {

using testing::ElementsAre;

using loop_epoll_stream = with_stream;

// Sends back what it receives, cut into segments of any size, and reads nothing while something is pending.
struct echo final : recording_stream {
    loop& owner;
    std::mt19937 random{3};
    std::string waiting;
    std::size_t at = 0;        // of `waiting`, what was sent
    std::size_t promised = 0;  // of that, what is pending
    bool paused = false;

    explicit echo(loop& its_loop) : owner{its_loop} {
        after_received = [this] {
            waiting.erase(0, at);
            at = 0;
            waiting += received;
            received.clear();
            write();
        };
        after_sent = [this] {
            EXPECT_GT(sent.back(), 0U);
            EXPECT_LE(sent.back(), promised);
            promised -= sent.back();
            at += sent.back();
            if (promised == 0) write();
        };
    }

    void write() {
        while (promised == 0 && at < waiting.size()) {
            std::vector<std::span<const std::byte>> segments;
            std::size_t taken = 0;
            for (auto rest = std::string_view{waiting}.substr(at); !rest.empty();) {
                const std::size_t size = std::min<std::size_t>(rest.size(), random() % 3000);
                segments.push_back(bytes_of(rest.substr(0, size)));
                rest.remove_prefix(size);
                if (segments.size() <= loop::max_segments) taken += size;
            }
            const send_outcome outcome = owner.send(*this, segments);
            EXPECT_EQ(outcome.pending, outcome.sent < taken);
            at += outcome.sent;
            if (outcome.pending) promised = taken - outcome.sent;
        }
        if (paused == (promised != 0)) return;
        paused = !paused;
        paused ? owner.pause(*this) : owner.resume(*this);
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
    EXPECT_GT(echoing.sent.size(), 10U) << "no send was short: the test shows nothing";
    close(echoing);
}

TEST_F(loop_epoll_stream, is_told_of_bytes_and_can_change_them) {
    attach(unix_pair());
    write_all(peer_, "hello");

    ASSERT_TRUE(turn_until([&] { return !stream_.received.empty(); }));

    EXPECT_EQ(stream_.received, "hello");
    EXPECT_EQ(stream_.order, "r");
    EXPECT_TRUE(rests());
}

TEST_F(loop_epoll_stream, reads_at_most_one_buffer_a_turn) {
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 512 * 1024);
    attach(std::move(pair));
    write_all(peer_, std::string(150 * 1024, 'x'));

    poll();
    EXPECT_THAT(stream_.reads, ElementsAre(64 * 1024));

    EXPECT_TRUE(turn_until([&] { return stream_.received.size() == 150 * 1024; }));
}

TEST_F(loop_epoll_stream, reads_into_its_own_destination_as_much_as_fits) {
    std::vector<std::byte> message(1024 * 1024);
    stream_.own = message;
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 1024 * 1024);
    attach(std::move(pair));
    const std::string all = random_bytes(300 * 1024);
    write_all(peer_, all);

    poll();
    EXPECT_EQ(stream_.order, "c");
    EXPECT_GT(stream_.reads[0], 64U * 1024) << "a destination may be larger than the loop's own buffer";
    ASSERT_TRUE(turn_until([&] { return stream_.received.size() == all.size(); }));
    EXPECT_TRUE(stream_.received == all);

    stream_.own = {};
    write_all(peer_, "small again");
    ASSERT_TRUE(turn_until([&] { return stream_.order.back() == 'r'; }));
}

TEST_F(loop_epoll_stream, does_not_delay_small_writes) {
    attach(tcp_pair());

    EXPECT_EQ(option_of(ours_, IPPROTO_TCP, TCP_NODELAY), 1);
}

TEST_F(loop_epoll_stream, sends_at_once_what_fits) {
    attach(tcp_pair());
    const std::array segments{bytes_of("one "), bytes_of(""), bytes_of("two "), bytes_of("three")};

    const send_outcome outcome = loop_->send(stream_, segments);

    EXPECT_EQ(outcome.sent, 13U);
    EXPECT_FALSE(outcome.pending);
    EXPECT_EQ(read_all(peer_, 13), "one two three");
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "");
}

TEST_F(loop_epoll_stream, sends_nothing_of_nothing) {
    attach(tcp_pair());

    EXPECT_EQ(loop_->send(stream_, {}).sent, 0U);
    EXPECT_FALSE(send(stream_, "").pending);
}

TEST_F(loop_epoll_stream, takes_a_limited_number_of_segments) {
    attach(unix_pair());
    const std::vector<std::span<const std::byte>> segments(loop::max_segments + 5, bytes_of("x"));

    const send_outcome outcome = loop_->send(stream_, segments);

    EXPECT_EQ(outcome.sent, loop::max_segments);
    EXPECT_FALSE(outcome.pending);
}

TEST_F(loop_epoll_stream, is_told_of_each_part_of_what_was_left) {
    attach_small(unix_pair());
    const std::string all = random_bytes(2 * 1024 * 1024);

    const send_outcome outcome = send(stream_, all);
    ASSERT_TRUE(outcome.pending);
    std::string got;
    std::thread reader{[&] { got = read_all(peer_, all.size()); }};
    EXPECT_TRUE(turn_until([&] { return outcome.sent + sent_later() == all.size(); }));
    reader.join();

    EXPECT_TRUE(got == all);
    EXPECT_GT(stream_.sent.size(), 1U);
    EXPECT_TRUE(rests()) << "writability is still asked for";
    EXPECT_EQ(outcome.sent + sent_later(), all.size());
}

TEST_F(loop_epoll_stream, may_send_again_from_within_what_it_is_told) {
    attach_small(unix_pair());
    const std::string all = random_bytes(512 * 1024);
    std::size_t left = all.size() - send(stream_, all).sent;
    int rounds = 3;
    stream_.after_sent = [&] {
        left -= stream_.sent.back();
        if (left == 0 && rounds > 1) {
            --rounds;
            left = all.size() - send(stream_, all).sent;
        }
    };

    std::string got;
    std::thread reader{[&] { got = read_all(peer_, 3 * all.size()); }};
    EXPECT_TRUE(turn_until([&] { return left == 0; }));
    reader.join();

    EXPECT_TRUE(got == all + all + all);
    EXPECT_TRUE(rests());
}

TEST_F(loop_epoll_stream, keeps_reading_while_something_is_pending) {
    attach_small(unix_pair());
    const std::string all(512 * 1024, 'x');
    ASSERT_TRUE(send(stream_, all).pending);

    write_all(peer_, "still heard");

    EXPECT_TRUE(turn_until([&] { return stream_.received == "still heard"; }));
}

TEST_F(loop_epoll_stream, is_not_told_of_bytes_while_it_is_paused) {
    attach(unix_pair());
    loop_->pause(stream_);
    write_all(peer_, "later");

    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "");

    loop_->resume(stream_);
    EXPECT_TRUE(turn_until([&] { return stream_.received == "later"; }));
}

TEST_F(loop_epoll_stream, can_pause_from_within_what_it_is_told) {
    socket_pair pair = unix_pair();
    set_option(pair.peer, SO_SNDBUF, 512 * 1024);
    attach(std::move(pair));
    write_all(peer_, std::string(150 * 1024, 'x'));
    stream_.after_received = [&] { loop_->pause(stream_); };

    poll();
    EXPECT_TRUE(rests());

    EXPECT_EQ(stream_.reads.size(), 1U);
}

TEST_F(loop_epoll_stream, sends_while_it_is_paused) {
    attach_small(unix_pair());
    loop_->pause(stream_);
    const std::string all = random_bytes(512 * 1024);
    const send_outcome outcome = send(stream_, all);
    ASSERT_TRUE(outcome.pending);

    std::string got;
    std::thread reader{[&] { got = read_all(peer_, all.size()); }};
    EXPECT_TRUE(turn_until([&] { return outcome.sent + sent_later() == all.size(); }));
    reader.join();

    EXPECT_TRUE(got == all);
    EXPECT_TRUE(rests());
}

TEST_F(loop_epoll_stream, of_an_ordinary_file_fails_rather_than_throws) {
    recording_stream wrong;
    unique_descriptor file{::open("/dev/null", O_RDWR | O_CLOEXEC)};  // epoll takes no such thing
    loop_->attach(wrong, file.release());

    poll();

    EXPECT_THAT(wrong.failures, ElementsAre(std::error_code{EPERM, std::system_category()}));
    close(wrong);
}

}  // namespace
}  // namespace pushwire::net
