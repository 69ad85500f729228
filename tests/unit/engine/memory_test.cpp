// The bounds of the whole server: who gives way when all backlogs, or all that is unfinished, hold too much.

#include <optional>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using protocol::opcode;
using testing::journal;
using testing::on_tested_loop;
using testing::running_server;
using testing::test_client;

constexpr std::size_t mib = std::size_t{1} << 20;

options with_bounds(std::size_t each) {
    options with;
    with.limits.max_message = mib;
    with.limits.max_all_backlogs = each;
    with.limits.max_all_unfinished = each;
    return with;
}

void log_ends(server& s, journal& seen) {
    s.on_open([&](server&, const request& r) { seen.add("open " + to_string(r.fd)); });
    s.on_close([&](server&, fd which, const close_info& how) {
        seen.add(to_string(which) + " closed: " + std::string{describe(how.why).name} + ", sent " +
                 std::to_string(how.sent_code));
    });
}

/// Client 1 asks for what fills its own queue and then that of others; it is told which pushes were refused, and why.
void fill(server& s, journal& seen, const std::vector<std::uint64_t>& order, std::size_t each) {
    s.on_message([&seen, order, each](server& self, const message&) {
        const std::string chunk(64 * 1024, '.');
        for (const auto number : order) {
            for (std::size_t filled = 0; filled < each; filled += chunk.size()) {
                const auto result = self.push(fd{number}, chunk);
                if (result == push_result::closing) seen.add("closing " + std::to_string(number));
            }
        }
        seen.add("filled");
    });
}

/// Returns when a figure of the server's, which it states at the end of a turn, is as large as that.
void await_figure(server& s, std::uint64_t statistics::* which, std::size_t bytes) {
    const auto patience = std::chrono::steady_clock::now() + 10s;
    while (s.stats().*which < bytes) {
        if (std::chrono::steady_clock::now() > patience) throw std::runtime_error{"it does not hold so much"};
        std::this_thread::yield();
    }
}

/// Returns when the server has taken so much that is unfinished.
void await_unfinished(server& s, std::size_t bytes) {
    await_figure(s, &statistics::unfinished_bytes, bytes);
}

std::uint16_t close_code_at_the_end(test_client& of) {
    auto frame = of.read_frame();
    while (frame.opcode != opcode::close) frame = of.read_frame();
    return frame.close_code();
}

TEST(all_backlogs, at_their_bound_cost_the_queue_that_was_stuck_longest) {
    journal seen;
    auto with = with_bounds(4 * mib);
    with.limits.max_backlog = 3 * mib;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               fill(s, seen, {2, 3}, 8 * mib);
                           },
                           with};
    test_client asks{serving.port(), "/"};
    test_client stuck_first{serving.port(), "/"};
    test_client stuck_later{serving.port(), "/"};

    asks.send_text("go");
    seen.await("2 closed: all_backlogs_full, sent 1013");
    EXPECT_EQ(close_code_at_the_end(stuck_first), 1013);

    EXPECT_EQ(seen.count("3 closed: all_backlogs_full, sent 1013"), 0u);
    EXPECT_LE(serving->stats().backlog_bytes, 4 * mib);
    EXPECT_EQ(serving->stats().errors[static_cast<std::size_t>(error::all_backlogs_full)], 1u);
    serving->disconnect(fd{3}, 4000);
    EXPECT_EQ(close_code_at_the_end(stuck_later), 4000);
}

TEST(all_backlogs, are_bounded_within_one_handler_too) {
    journal seen;
    std::vector<std::uint64_t> order;
    for (std::uint64_t number = 2; number <= 41; ++number) order.push_back(number);
    auto with = with_bounds(8 * mib);
    with.limits.max_backlog = 4 * mib;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               fill(s, seen, order, 8 * mib);
                           },
                           with};
    test_client asks{serving.port(), "/"};
    std::vector<std::unique_ptr<test_client>> others;
    for (std::size_t i = 0; i < order.size(); ++i) {
        others.push_back(std::make_unique<test_client>(serving.port(), "/"));
    }

    asks.send_text("go");
    seen.await("filled");
    await_figure(*serving, &statistics::backlog_bytes, 4 * mib);
    EXPECT_LE(serving->stats().backlog_bytes, 8 * mib);
}

TEST(all_backlogs, count_a_publication_once) {
    journal seen;
    running_server serving{
        [&](server& s) {
            log_ends(s, seen);
            s.on_open([&](server& self, const request& r) { self.subscribe(r.fd, "all"); });
            s.on_message([&](server& self, const message&) {
                for (int i = 0; i < 20; ++i) self.publish("all", std::string(mib, '.'));
                seen.add("published");
            });
        },
        [] {
            auto with = with_bounds(25 * mib);
            with.limits.max_backlog = 24 * mib;
            return with;
        }()};
    std::vector<std::unique_ptr<test_client>> all;
    for (int i = 0; i < 8; ++i) all.push_back(std::make_unique<test_client>(serving.port(), "/"));

    all[0]->send_text("go");
    seen.await("published");

    EXPECT_EQ(seen.lines(), std::vector<std::string>{"published"})
        << "160 MiB of queues are 20 MiB of memory";
    for (auto& each : all) EXPECT_EQ(each->read_text().size(), mib);
}

TEST(all_backlogs, need_room_for_the_largest_message_of_each_worker) {
    auto with = with_bounds(2 * mib);
    with.workers = 4;
    server tested{"127.0.0.1", 0, on_tested_loop(with)};
    EXPECT_THROW(tested.listen(), setup_error);
}

TEST(a_stuck_queue, ends_its_connection_after_the_stuck_time) {
    journal seen;
    auto with = with_bounds(64 * mib);
    with.limits.max_backlog = 32 * mib;
    with.limits.stuck_time = 50ms;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               fill(s, seen, {1}, 16 * mib);
                           },
                           with};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    seen.await("1 closed: stuck_timeout, sent 1008");
    EXPECT_EQ(close_code_at_the_end(client), 1008);
}

// The second one is due after the first is due again.
TEST(a_stuck_queue, leaves_the_peer_the_closing_time_to_read_why) {
    journal seen;
    auto with = with_bounds(64 * mib);
    with.limits.max_backlog = 32 * mib;
    with.limits.stuck_time = 50ms;
    running_server serving{
        [&](server& s) {
            log_ends(s, seen);
            s.on_message([](server& self, const message& m) { self.push(m.fd, std::string(16 * mib, '.')); });
        },
        with};
    test_client first{serving.port(), "/"};
    test_client second{serving.port(), "/"};
    first.send_text("go");
    seen.await("1 closed: stuck_timeout, sent 1008");
    second.send_text("go");
    seen.await("2 closed: stuck_timeout, sent 1008");

    EXPECT_EQ(close_code_at_the_end(first), 1008);
}

TEST(a_stuck_queue, is_no_end_for_who_reads_all_the_time) {
    journal seen;
    auto with = with_bounds(64 * mib);
    with.limits.max_backlog = 40 * mib;
    with.limits.stuck_time = 2s;
    // No byte comes from it, nor can it answer a ping before it has read what stands before that.
    with.limits.idle_timeout = 1s;
    with.limits.ping_after = 300ms;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               fill(s, seen, {1}, 32 * mib);
                           },
                           with};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("filled");

    std::size_t read = 0;
    const auto begin = std::chrono::steady_clock::now();
    while (read < 32 * mib) {
        const auto frame = client.read_frame();
        if (frame.opcode == opcode::ping) {
            client.send_frame(opcode::pong, frame.payload);
            continue;
        }
        ASSERT_EQ(frame.opcode, opcode::text);
        read += frame.payload.size();
        // Slow enough to be longer than the idle time over all of it.
        while (std::chrono::steady_clock::now() - begin < (read / mib) * 60ms) std::this_thread::yield();
    }
    client.send_close(1000);
    seen.await("1 closed: none, sent 1000");
}

TEST(all_unfinished, at_its_bound_costs_the_message_that_waited_longest) {
    journal seen;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               s.on_message([&](server& self, const message& m) {
                                   seen.add("message of " + std::to_string(m.data.size()));
                                   self.push(m.fd, "got it");
                               });
                           },
                           with_bounds(5 * mib / 2)};
    test_client first{serving.port(), "/"};
    test_client second{serving.port(), "/"};
    test_client third{serving.port(), "/"};
    const std::string most(700'000, 'x');

    first.send_frame(opcode::binary, most, false);
    await_unfinished(*serving, most.size());
    second.send_frame(opcode::binary, most, false);
    await_unfinished(*serving, 2 * most.size());
    third.send_frame(opcode::binary, most, false);

    seen.await("1 closed: all_unfinished_full, sent 1013");
    EXPECT_EQ(first.read_close().close_code(), 1013);
    second.send_frame(opcode::continuation, "end");
    EXPECT_EQ(second.read_text(), "got it");
    third.send_frame(opcode::continuation, "end");
    EXPECT_EQ(third.read_text(), "got it");
    EXPECT_EQ(seen.count("message of 700003"), 2u);
}

TEST(all_unfinished, covers_requests_that_came_in_part) {
    journal seen;
    const std::string most_of_it =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(900'000, 'x');
    running_server serving{[&](server& s) { log_ends(s, seen); }, with_bounds(2 * mib)};
    test_client first{serving.port()};
    first.send_raw(most_of_it);
    await_unfinished(*serving, 900'000);
    test_client second{serving.port()};
    second.send_raw(most_of_it);
    test_client third{serving.port()};
    third.send_raw(most_of_it);

    EXPECT_TRUE(first.read_head().starts_with("HTTP/1.1 503 "));
    EXPECT_GE(serving->stats().errors[static_cast<std::size_t>(error::all_unfinished_full)], 1u);
}

TEST(all_unfinished, covers_what_was_read_from_a_paused_connection) {
    journal seen;
    auto with = with_bounds(2 * mib);
    with.limits.max_message = 1000;
    with.limits.max_all_unfinished = 6000;
    running_server serving{[&](server& s) {
                               log_ends(s, seen);
                               s.on_message([&](server& self, const message& m) { self.pause(m.fd); });
                           },
                           with};
    std::string much;
    while (much.size() < 60'000) much += testing::client_frame(opcode::text, std::string(500, 'x'));
    test_client client{serving.port(), "/"};
    client.send_raw(much);

    seen.await("1 closed: all_unfinished_full, sent 1013");
    EXPECT_EQ(client.read_close().close_code(), 1013);
}

TEST(all_unfinished, is_nothing_once_everything_has_come) {
    journal seen;
    running_server serving{
        [&](server& s) {
            log_ends(s, seen);
            s.on_message([](server& self, const message& m) { self.push(m.fd, "got it"); });
        },
        with_bounds(2 * mib)};
    test_client client{serving.port(), "/"};
    for (int i = 0; i < 3; ++i) {
        client.send_frame(opcode::binary, std::string(mib - 100, 'x'), false);
        client.send_frame(opcode::continuation, "end");
        EXPECT_EQ(client.read_text(), "got it");
    }
    serving.stop();  // what a turn brought about is told at its end
    EXPECT_EQ(serving->stats().unfinished_bytes, 0u);
}

TEST(all_backlogs, may_end_who_waits_for_an_answer_that_is_decided_later) {
    options with;
    with.handle_signals = false;
    with.listen = {"127.0.0.1:0"};
    with.limits.max_message = 1024;
    with.limits.max_backlog = 64 * 1024;
    with.limits.max_all_backlogs = 72 * 1024;
    server tested{on_tested_loop(with)};
    std::optional<handshake> kept;
    tested.on_handshake([&](server&, handshake& asked) { kept.emplace(std::move(asked)); });
    tested.on_request([](server&, const request& r, response& answer) {
        answer.status = 200;
        answer.body.assign(r.path == "/large" ? 63 * 1024 : 20 * 1024, 'x');
    });
    tested.listen();
    test_client client{tested.port()};
    const std::string fields = " HTTP/1.1\r\nHost: a\r\n";
    const auto turn = [&] { tested.run_once(5ms); };
    for (int i = 0; i < 1000 && tested.stats().backlog_bytes < 8000; ++i) {
        client.send_raw("GET /" + fields + "\r\n");
        turn();
        turn();
    }
    ASSERT_GE(tested.stats().backlog_bytes, 8000u) << "nobody reads, and nothing waits";

    client.send_raw("GET /large" + fields + "\r\nGET /chat" + fields +
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
                    "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    for (int i = 0; i < 1000 && !kept; ++i) turn();
    ASSERT_TRUE(kept);
    for (int i = 0; i < 5; ++i) turn();
    EXPECT_EQ(tested.stats().backlog_bytes, 0u) << "it was given up";
    kept->accept();  // the sanitizer tells if it is gone
    turn();
}

}  // namespace
}  // namespace pushwire
