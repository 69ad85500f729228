// Batches of small sends: for who sends and for the peer they are what single sends are.

#include <array>
#include <atomic>
#include <list>
#include <thread>

#include "net/loop.hpp"
#include "unit/net/with_stream.hpp"

namespace pushwire::net {
namespace {

/// A stream, and its peer's socket.
struct conversation {
    recording_stream ours;
    unique_descriptor peer;
    bool pending = false;
};

class loop_batch : public with_loop {
  protected:
    ~loop_batch() override { close(beside_.ours); }

    void SetUp() override { attach(beside_, unix_pair()); }

    void attach(conversation& which, socket_pair pair) {
        which.peer = std::move(pair.peer);
        loop_->attach(which.ours, pair.ours.release());
    }
    /// Little is taken before the peer reads.
    void attach_narrow(conversation& which, bool tcp) {
        socket_pair pair = tcp ? tcp_pair() : unix_pair();
        set_option(pair.ours, SO_SNDBUF, 16 * 1024);
        attach(which, std::move(pair));
    }

    /// With that of another stream, since one alone makes no batch. Says how many bytes were taken.
    std::size_t send_in_batch(conversation& to, std::string_view text) {
        loop_->begin_batch();
        EXPECT_FALSE(send(beside_.ours, "x").pending);
        const send_outcome outcome = send(to.ours, text);
        loop_->end_batch();
        EXPECT_EQ(read_all(beside_.peer, 1), "x");
        to.pending = outcome.pending;
        return outcome.sent;
    }

    /// A batch for each piece of `all_`, to a peer that does not read, as long as all is taken, but at most so many.
    std::string_view send_pieces(conversation& to, std::size_t most) {
        constexpr std::size_t piece = 1500;
        std::size_t taken = 0;
        for (std::size_t i = 0; i < most && !to.pending; ++i)
            taken += send_in_batch(to, all_.substr(i * piece, piece));
        return all_.substr(0, taken);
    }

    /// Calls `then` with a slow peer and what was sent to it, one piece more each time, until nothing more is taken: somewhere on
    /// that way the kernel does not have all that was. `then` closes it.
    template <class Then>
    void with_more_each_time(Then&& then) {
        for (std::size_t pieces = 1;; ++pieces) {
            SCOPED_TRACE(pieces);
            conversation slow;
            attach_narrow(slow, false);
            const std::string_view taken = send_pieces(slow, pieces);
            if (slow.pending) return close(slow.ours);
            then(slow, taken);
        }
    }

    /// Turns while the peer reads to the end.
    std::string read_by_peer(conversation& from) {
        std::string got;
        std::atomic<bool> done = false;
        std::thread reader{[&] {
            got = read_all(from.peer);
            done = true;
            loop_->wake();
        }};
        EXPECT_TRUE(turn_until([&] { return done.load(); }));
        reader.join();
        return got;
    }

    static constexpr std::size_t all_pieces = 600;
    const std::string all_bytes_ = random_bytes(all_pieces * 1500);
    const std::string_view all_ = all_bytes_;
    conversation beside_;
};

TEST_F(loop_batch, has_left_when_it_ends) {
    conversation one;
    attach(one, tcp_pair());

    loop_->begin_batch();
    std::array<std::string, 2> texts{"to one", "to the other"};
    EXPECT_EQ(send(one.ours, texts[0]).sent, 6U);
    EXPECT_EQ(send(beside_.ours, texts[1]).sent, 12U);
    for (std::string& each : texts) each.assign(each.size(), '?');  // what was sent is the sender's again
    loop_->end_batch();

    EXPECT_EQ(read_all(one.peer, 6), "to one");
    EXPECT_EQ(read_all(beside_.peer, 12), "to the other");
    EXPECT_TRUE(rests());
    EXPECT_EQ(one.ours.order, "");
    close(one.ours);
}

TEST_F(loop_batch, keeps_the_order_of_what_one_stream_sends) {
    conversation one;
    attach(one, tcp_pair());
    const std::string_view large = all_.substr(0, 20'000);

    loop_->begin_batch();
    for (const std::string_view each : {std::string_view{"one,"}, large, std::string_view{"two,three"}}) {
        EXPECT_EQ(send(one.ours, each).sent, each.size());
        EXPECT_EQ(send(beside_.ours, "x").sent, 1U);
    }
    loop_->end_batch();

    EXPECT_TRUE(read_all(one.peer, large.size() + 13) == "one," + std::string{large} + "two,three");
    EXPECT_EQ(read_all(beside_.peer, 3), "xxx");
    close(one.ours);
}

TEST_F(loop_batch, takes_more_than_leaves_at_once) {
    std::list<conversation> many(200);
    for (conversation& each : many) attach(each, unix_pair());
    const auto text_for = [&](std::size_t which) { return all_.substr(which * 100, 4000); };

    loop_->begin_batch();
    std::size_t sent_to = 0;
    for (conversation& each : many) EXPECT_EQ(send(each.ours, text_for(sent_to++)).sent, 4000U);
    loop_->end_batch();

    std::size_t read_from = 0;
    for (conversation& each : many) {
        EXPECT_TRUE(read_all(each.peer, 4000) == text_for(read_from++));
        close(each.ours);
    }
}

TEST_F(loop_batch, gives_a_slow_peer_all_in_order) {
    for (const bool tcp : {true, false}) {
        conversation slow;
        attach_narrow(slow, tcp);
        std::string_view rest = all_.substr(send_pieces(slow, all_pieces).size());
        ASSERT_TRUE(slow.pending);
        slow.ours.after_sent = [&] {
            slow.pending = false;
            while (!slow.pending && !rest.empty())
                rest.remove_prefix(send_in_batch(slow, rest.substr(0, 1000)));
            if (!slow.pending) loop_->shut_write(slow.ours);
        };

        EXPECT_TRUE(read_by_peer(slow) == all_);

        EXPECT_TRUE(rests());
        slow.ours.do_nothing_more();
        close(slow.ours);
    }
}

TEST_F(loop_batch, leaves_before_the_end_of_our_side) {
    with_more_each_time([&](conversation& slow, std::string_view taken) {
        loop_->shut_write(slow.ours);

        EXPECT_TRUE(read_by_peer(slow) == taken);
        close(slow.ours);
    });
}

TEST_F(loop_batch, leaves_before_the_end_of_the_peer_is_told_and_the_stream_closed_on_it) {
    with_more_each_time([&](conversation& slow, std::string_view taken) {
        ::shutdown(slow.peer.get(), SHUT_WR);
        poll();
        poll();
        slow.ours.after_end = [&] { loop_->close(slow.ours); };
        if (slow.ours.ends == 1) loop_->close(slow.ours);

        EXPECT_TRUE(read_by_peer(slow) == taken);
        EXPECT_TRUE(turn_until([&] { return slow.ours.closed == 1; }));
    });
}

TEST_F(loop_batch, leaves_when_a_stream_is_closed_amid_it) {
    conversation one;
    attach(one, unix_pair());

    loop_->begin_batch();
    EXPECT_EQ(send(beside_.ours, "x").sent, 1U);
    EXPECT_EQ(send(one.ours, "last words").sent, 10U);
    loop_->close(one.ours);
    loop_->end_batch();

    EXPECT_TRUE(turn_until([&] { return one.ours.closed == 1; }));
    EXPECT_EQ(read_all(one.peer), "last words");
    EXPECT_EQ(one.ours.order, "x");
}

TEST_F(loop_batch, is_cut_off_by_a_close_where_there_is_no_room) {
    conversation slow;
    attach_narrow(slow, true);
    const std::string_view taken = send_pieces(slow, all_pieces);

    close(slow.ours);

    EXPECT_TRUE(taken.starts_with(read_all(slow.peer)));
    EXPECT_TRUE(rests());
    EXPECT_EQ(slow.ours.order, "x");
}

TEST_F(loop_batch, tells_once_that_the_peer_has_reset_the_connection) {
    for (const std::size_t pieces : {std::size_t{0}, all_pieces}) {
        conversation broken;
        attach_narrow(broken, true);
        loop_->pause(broken.ours);  // so that no read finds out
        send_pieces(broken, pieces);
        reset(broken.peer);
        if (pieces == 0) send_in_batch(broken, "in vain");

        EXPECT_TRUE(turn_until([&] { return !broken.ours.failures.empty(); }));

        EXPECT_TRUE(rests());
        EXPECT_EQ(broken.ours.failures.size(), 1U);
        close(broken.ours);
    }
}

}  // namespace
}  // namespace pushwire::net
