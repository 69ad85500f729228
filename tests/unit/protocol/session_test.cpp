#include <chrono>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::chrono_literals;

// What one idle connection costs, of a hundred thousand.
static_assert(sizeof(session) <= 64);

class a_session : public session_test {
  protected:
    const told_list an_end{{event_type::closed, ""}};
};

TEST_F(a_session, echoes) {
    make_open_server();

    const auto events = receive(frame(opcode::text, "Hello"));
    const auto sent = tested->send(message_type::text, to_bytes("Hello"));

    EXPECT_EQ(events, (told_list{{event_type::text, "Hello"}}));
    EXPECT_EQ(sent, send_result::accepted);
    EXPECT_EQ(to_hex(drain(*tested)), "810548656c6c6f");  // RFC 6455 5.7
}

TEST_F(a_session, lets_its_data_be_used_while_it_is_closed_or_failed) {
    for (const bool fails : {false, true}) {
        make_open_server();
        auto message = frame(opcode::text, "in two ", true, false) + frame(opcode::continuation, "frames");
        tested->receive(message, now);
        const auto event = tested->next();

        fails ? tested->fail(error::handler_threw, now) : tested->close(1000, "", now);

        EXPECT_EQ(to_text(event.data), "in two frames");
        EXPECT_EQ(read_events(*tested).size(), fails ? 1u : 0u);
        EXPECT_EQ(tested->unfinished_bytes(), 0u);
    }
}

// --- our closing handshake

TEST_F(a_session, discards_messages_after_its_close_frame_until_the_peers) {
    make_open_server();
    receive(frame(opcode::text, "half", true, false));
    tested->close(1000, "", now);
    drain(*tested);

    EXPECT_EQ(receive_in_pieces(
                  frame(opcode::continuation, "\xff") + frame(opcode::binary, std::string(300, 'x')), 3),
              told_list{});
    EXPECT_TRUE(tested->outgoing().empty());
    EXPECT_EQ(tested->phase(), phase::closing);
    EXPECT_EQ(receive(close_frame(1000, "bye")), an_end);

    EXPECT_TRUE(tested->outgoing().empty());
    const auto outcome = tested->outcome();
    EXPECT_EQ(outcome.code, 1000);
    EXPECT_EQ(outcome.reason, "bye");
    EXPECT_EQ(outcome.sent_code, 1000);
    EXPECT_FALSE(outcome.began_by_peer);
    EXPECT_EQ(outcome.why, error::none);
}

TEST_F(a_session, checks_the_framing_of_what_it_discards) {
    make_open_server();
    receive(frame(opcode::text, "half", true, false));
    tested->close(1000, "", now);
    drain(*tested);

    EXPECT_EQ(receive(frame(opcode::text, "x")), an_end);

    expect_failed(error::continuation_expected);
    EXPECT_EQ(tested->outcome().sent_code, 1000);
    EXPECT_TRUE(tested->outgoing().empty());  // RFC 6455 5.5.1: nothing follows a close frame
}

TEST_F(a_session, discards_more_than_a_message_may_have) {
    settings.limits.max_message = 100;
    make_open_server();
    tested->close(1000, "", now);
    EXPECT_EQ(receive(frame(opcode::binary, std::string(5000, 'x'))), told_list{});
    EXPECT_EQ(receive(close_frame(1000)), an_end);
    EXPECT_EQ(tested->outcome().why, error::none);
}

TEST_F(a_session, goes_on_with_a_control_frame_that_was_under_way_when_it_closed) {
    make_open_server();
    const auto end = close_frame(1000, "bye");
    receive({end.begin(), end.begin() + 7});
    tested->close(1001, "", now);
    EXPECT_EQ(receive({end.begin() + 7, end.end()}), an_end);
    EXPECT_EQ(tested->outcome().reason, "bye");
    EXPECT_EQ(tested->outcome().sent_code, 1001);
}

TEST_F(a_session, ends_if_the_peers_close_frame_does_not_come_in_time) {
    make_open_server();
    now += 1s;
    tested->close(1000, "", now);
    EXPECT_EQ(tested->deadline(), now + 5s);
    now += 5s - 1ms;
    tested->expire(now);
    EXPECT_EQ(read_events(*tested), told_list{});
    now += 1ms;
    tested->expire(now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::closing_timeout);
    EXPECT_EQ(tested->outcome().sent_code, 1000);
    EXPECT_EQ(tested->deadline(), now + 5s);  // the stream lingers
}

// --- failure

TEST_F(a_session, fails_behind_the_frame_under_way_and_drops_the_others) {
    make_open_server();
    tested->send(message_type::text, to_bytes("under way"));
    tested->send(message_type::text, to_bytes("dropped"));
    tested->consume(2, now);

    EXPECT_EQ(receive(from_hex("83")), an_end);

    EXPECT_EQ(drain(*tested),
              to_bytes("under way") + close_frame(1002, describe(error::reserved_opcode).text, false));
    expect_failed(error::reserved_opcode);
    EXPECT_EQ(tested->outcome().sent_code, 1002);
    EXPECT_EQ(receive(frame(opcode::text, "ignored")), told_list{});
}

TEST_F(a_session, tells_what_came_before_a_violation) {
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::text, "good") + from_hex("ffff")),
              (told_list{{event_type::text, "good"}, {event_type::closed, ""}}));
}

TEST_F(a_session, fails_for_the_application_too) {
    make_open_server();
    tested->fail(error::handler_threw, now);
    tested->fail(error::backlog_full, now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::handler_threw);
    EXPECT_EQ(drain(*tested), close_frame(1011, "the application failed", false));
}

TEST_F(a_session, sends_no_close_frame_for_a_row_without_a_code) {
    make_open_server();
    tested->fail(error::connection_lost, now);
    EXPECT_TRUE(tested->outgoing().empty());
    EXPECT_EQ(tested->outcome().sent_code, 0);
}

TEST_F(a_session, replaces_its_close_frame_if_it_fails_before_that_has_begun) {
    make_open_server();
    tested->send(message_type::text, to_bytes("waiting"));
    tested->close(1000, "", now);
    tested->consume(0, now);  // the stream takes nothing
    tested->fail(error::backlog_full, now);

    EXPECT_EQ(drain(*tested), close_frame(1013, describe(error::backlog_full).text, false));
    EXPECT_EQ(tested->outcome().sent_code, 1013);
}

// --- the end of the stream

TEST_F(a_session, knows_a_stream_that_ends_without_a_close_frame) {
    make_open_server();
    tested->receive_eof(now);
    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::connection_lost);
    EXPECT_TRUE(tested->outcome().began_by_peer);

    make_open_server();
    tested->close(1000, "", now);
    tested->receive_eof(now);
    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::connection_lost);
    EXPECT_FALSE(tested->outcome().began_by_peer);
    EXPECT_EQ(tested->outcome().sent_code, 1000);
}

TEST_F(a_session, makes_nothing_of_a_stream_that_ends_after_closed) {
    make_open_server();
    receive(close_frame(1000));
    tested->receive_eof(now + 1s);
    EXPECT_EQ(read_events(*tested), told_list{});
    EXPECT_EQ(tested->outcome().why, error::none);
    EXPECT_EQ(tested->deadline(), now + 5s);
}

// --- time

TEST_F(a_session, pings_a_silent_peer_once_and_ends_it_if_it_stays_silent) {
    make_open_server();
    const auto opened = now;
    EXPECT_EQ(tested->deadline(), opened + 30s);
    tested->expire(opened + 30s - 1ms);
    EXPECT_TRUE(tested->outgoing().empty());

    tested->expire(opened + 30s);
    EXPECT_EQ(to_hex(drain(*tested)), "8900");
    EXPECT_EQ(tested->deadline(), opened + 60s);
    tested->expire(opened + 59s);
    EXPECT_TRUE(tested->outgoing().empty());
    tested->expire(opened + 60s);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::idle_timeout);
    EXPECT_EQ(tested->outcome().sent_code, 1011);
}

TEST_F(a_session, waits_anew_with_every_byte) {
    make_open_server();
    now += 30s;
    tested->expire(now);
    now += 29s;
    receive(from_hex("81"));  // half a header is a sign of life as well

    EXPECT_EQ(tested->deadline(), now + 30s);
    EXPECT_EQ(tested->last_received(), now);
    drain(*tested);
    now += 30s;
    tested->expire(now);
    EXPECT_EQ(to_hex(drain(*tested)), "8900");
}

TEST_F(a_session, gives_a_message_no_more_time_because_the_peer_reads) {
    settings.limits.message_time = 10s;
    make_open_server();
    receive(frame(opcode::text, "half", true, false));
    const auto begun = now;

    for (int i = 0; i < 9; ++i) {
        now += 1s;
        tested->forgive_silence(now);
    }
    EXPECT_EQ(tested->deadline(), begun + 10s);
    now += 1s;
    tested->forgive_silence(now);
    tested->expire(now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::message_timeout);
}

TEST_F(a_session, gives_a_message_its_time_anew_after_a_pause) {
    settings.limits.message_time = 10s;
    make_open_server();
    receive(frame(opcode::text, "half", true, false));
    now += 9s;
    tested->forgive_pause(now);
    now += 10s - 1ms;
    tested->expire(now);
    EXPECT_EQ(read_events(*tested), told_list{});
    now += 1ms;
    tested->expire(now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::message_timeout);
}

TEST_F(a_session, counts_silence_from_the_opening_on) {
    settings.limits.handshake_time = 0ms;
    make_server();
    receive(to_bytes(handshake));
    EXPECT_EQ(tested->deadline(), never);
    now += std::chrono::hours{1};
    tested->accept({}, now);

    EXPECT_EQ(tested->deadline(), now + 30s);
}

TEST_F(a_session, waits_forever_where_it_is_told_to) {
    settings.limits.ping_after = 0ms;
    make_open_server();
    EXPECT_EQ(tested->deadline(), now + 60s);
    settings.limits.idle_timeout = 0ms;
    EXPECT_EQ(tested->deadline(), never);
    tested->expire(now + std::chrono::hours{1000});
    EXPECT_EQ(tested->phase(), phase::open);
    EXPECT_TRUE(tested->outgoing().empty());
    settings.limits.closing_time = 0ms;
    tested->close(1000, "", now);
    EXPECT_EQ(tested->deadline(), never);
}

}  // namespace
}  // namespace pushwire::protocol
