// Peers that are slow on purpose, or too fast: what ends them, and that others are served meanwhile.

#include <future>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"
#include "unit/protocol/deflate_streams.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using protocol::opcode;
using testing::client_frame;
using testing::journal;
using testing::running_server;
using testing::test_client;

void log_ends(server& s, journal& seen) {
    s.on_close([&](server&, fd, const close_info& how) {
        seen.add("closed: " + std::string{describe(how.why).name});
    });
}

/// While the server is kept busy by its first message, `flood` comes from one client and a message from another. Says
/// how many messages of the flood were told before that one.
std::size_t messages_before_another(std::string_view flood, bool is_compressed = false) {
    std::promise<void> promised;
    journal seen;
    std::atomic<std::size_t> told{0};
    std::atomic<std::size_t> before{0};
    options with;
    with.compression.enabled = is_compressed;
    running_server serving{
        [&](server& s) {
            s.on_message([&, waits = promised.get_future().share()](server&, const message& m) {
                if (m.data == "wait") return waits.wait();
                if (m.data == "other") {
                    before = told.load();
                    return seen.add("other");
                }
                ++told;
            });
        },
        with};
    auto all_sent = std::move(promised);  // it ends before the server, which then waits for it no longer
    test_client keeps_busy{serving.port(), "/"};
    test_client floods{serving.port(), "/",
                       is_compressed ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""};
    test_client other{serving.port(), "/"};
    keeps_busy.send_text("wait");
    floods.send_raw(flood);
    other.send_text("other");
    all_sent.set_value();
    seen.await("other");
    return before;
}

std::string repeated(const std::string& frame, std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) all += frame;
    return all;
}

constexpr std::size_t loop_buffer = 68 * 1024;

TEST(a_flood_of_messages, holds_up_others_for_no_more_than_a_buffer_of_it) {
    const auto frame = client_frame(opcode::text, "0123456789");
    const auto before = messages_before_another(repeated(frame, 20 * loop_buffer));
    // The turn that told the first may have come before the other's message was there.
    EXPECT_LE(before, 2 * loop_buffer / frame.size() + 1);
}

TEST(a_flood_of_messages, that_inflate_to_very_much_holds_up_others_for_no_more_than_two_of_them) {
    const auto compressed = protocol::deflated(std::string(1 << 20, '\0'));
    const std::string payload(reinterpret_cast<const char*>(compressed.data()), compressed.size());
    auto frame = client_frame(opcode::binary, payload);
    frame[0] = static_cast<char>(frame[0] | 0x40);  // RSV1: it is compressed

    const auto before = messages_before_another(repeated(frame, loop_buffer), true);
    // One a turn: that of the first, and the one that brought the other's message.
    EXPECT_LE(before, 2u);
}

TEST(a_flood_of_pings, is_answered_and_holds_nobody_up) {
    running_server serving{
        [](server& s) { s.on_message([](server& self, const message& m) { self.push(m.fd, m.data); }); }};
    test_client floods{serving.port(), "/"};
    floods.send_raw(repeated(client_frame(opcode::ping, ""), 20 * loop_buffer));
    test_client other{serving.port(), "/"};
    other.send_text("still there?");
    EXPECT_EQ(other.read_text(), "still there?");
    EXPECT_LT(serving->stats().backlog_bytes, 1u << 20) << "one pong waits, however many pings come";
}

TEST(a_flood_of_empty_fragments, costs_no_memory) {
    running_server serving{[](server& s) {
        s.on_message([](server& self, const message& m) { self.push(m.fd, std::to_string(m.data.size())); });
    }};
    test_client floods{serving.port(), "/"};
    floods.send_frame(opcode::binary, "", false);
    floods.send_raw(repeated(client_frame(opcode::continuation, "", false), 20 * loop_buffer));
    EXPECT_LT(serving->stats().unfinished_bytes, 1000u);
    floods.send_frame(opcode::continuation, "");
    EXPECT_EQ(floods.read_text(), "0");
}

TEST(a_message_that_comes_a_byte_at_a_time, ends_its_connection) {
    journal seen;
    options with;
    with.limits.message_time = 50ms;
    running_server serving{[&](server& s) { log_ends(s, seen); }, with};
    test_client client{serving.port(), "/"};
    const auto frame = client_frame(opcode::text, "Hello");

    client.send_raw(std::string_view{frame}.substr(0, 7));
    const auto close = client.read_close();

    EXPECT_EQ(close.close_code(), 1008);
    EXPECT_EQ(close.close_reason(), describe(error::message_timeout).text);
    seen.await("closed: message_timeout");
}

TEST(an_unfinished_message, has_its_time_again_after_a_pause_of_ours) {
    journal seen;
    options with;
    with.limits.message_time = 100ms;
    running_server serving{
        [&](server& s) {
            log_ends(s, seen);
            s.on_open([&](server& self, const request& r) {
                self.after(20ms, [&seen, to = r.fd](server& later) {
                    later.pause(to);
                    seen.add("paused");
                });
                self.after(300ms, [to = r.fd](server& later) { later.resume(to); });
            });
            s.on_message([&](server&, const message& m) { seen.add(std::string{m.data}); });
        },
        with};
    test_client client{serving.port(), "/"};
    const auto frame = client_frame(opcode::text, "hello");

    client.send_raw(frame.substr(0, 8));
    while (serving->stats().unfinished_bytes == 0) std::this_thread::yield();
    seen.await("paused");
    client.send_raw(frame.substr(8));
    seen.await("hello");
    EXPECT_EQ(seen.count("closed: message_timeout"), 0u);
}

TEST(an_answer_over_http_that_nobody_reads, ends_its_connection) {
    options with;
    with.limits.stuck_time = 50ms;
    with.limits.closing_time = 10s;
    running_server serving{[](server& s) {
                               s.on_request([](server&, const request&, response& to) {
                                   to.body = std::string(std::size_t{16} << 20, 'x');
                               });
                           },
                           with};
    test_client client{serving.port()};
    client.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto patience = std::chrono::steady_clock::now() + 5s;
    while (serving->stats().errors[static_cast<std::size_t>(error::stuck_timeout)] == 0) {
        ASSERT_LT(std::chrono::steady_clock::now(), patience);
        std::this_thread::yield();
    }
    serving.stop();  // what a turn brought about is told at its end
    EXPECT_EQ(serving->stats().backlog_bytes, 0u);
}

}  // namespace
}  // namespace pushwire
