#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::chrono_literals;

class a_session_that_sends_in_parts : public session_test {
  protected:
    send_result part(std::string_view text) { return tested->send_part(to_bytes(text), now); }
    send_result send(std::string_view text) { return tested->send(message_type::text, to_bytes(text)); }

    static bytes fragment(opcode code, std::string_view text) { return frame(code, text, false, false); }
    static bytes last_fragment() { return frame(opcode::continuation, "", false); }
};

TEST_F(a_session_that_sends_in_parts, makes_a_frame_of_each_and_ends_with_an_empty_one) {
    make_open_server();
    EXPECT_EQ(tested->begin_message(message_type::text, now), send_result::accepted);
    EXPECT_TRUE(tested->outgoing().empty()) << "the first part tells how the message begins";
    EXPECT_EQ(part("one"), send_result::accepted);
    EXPECT_EQ(part(""), send_result::accepted);
    EXPECT_EQ(part("two"), send_result::accepted);
    EXPECT_EQ(tested->end_message(), send_result::accepted);

    EXPECT_EQ(drain(*tested),
              fragment(opcode::text, "one") + fragment(opcode::continuation, "two") + last_fragment());
}

TEST_F(a_session_that_sends_in_parts, makes_one_frame_of_a_message_without_any) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    EXPECT_EQ(tested->end_message(), send_result::accepted);
    EXPECT_EQ(drain(*tested), frame(opcode::binary, "", false));
}

TEST_F(a_session_that_sends_in_parts, masks_each_as_a_client) {
    make_open_client();
    tested->begin_message(message_type::text, now);
    part("one");
    send("behind it");
    part("two");
    tested->end_message();
    EXPECT_EQ(keys_drawn, 4u);

    const auto sent = drain(*tested);
    make_open_server();
    EXPECT_EQ(receive(sent), (told_list{{event_type::text, "onetwo"}, {event_type::text, "behind it"}}));
}

TEST_F(a_session_that_sends_in_parts, says_what_cannot_be_done) {
    make_server();
    EXPECT_EQ(tested->begin_message(message_type::text, now), send_result::not_open);
    make_open_server();
    EXPECT_EQ(part("one"), send_result::not_begun);
    EXPECT_EQ(tested->end_message(), send_result::not_begun);
    tested->begin_message(message_type::text, now);
    EXPECT_EQ(tested->begin_message(message_type::text, now), send_result::busy);
    tested->close(1000, "", now);
    EXPECT_EQ(tested->begin_message(message_type::text, now), send_result::not_open);
    EXPECT_EQ(part("one"), send_result::not_open);
    EXPECT_EQ(tested->end_message(), send_result::not_open);
}

// --- what else is sent meanwhile

TEST_F(a_session_that_sends_in_parts, lets_messages_and_publications_wait_for_its_end) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    part("one");
    EXPECT_EQ(send("own"), send_result::accepted);
    EXPECT_EQ(tested->send_shared(encode_message(shared, message_type::text, to_bytes("shared"))),
              send_result::accepted);
    part("two");

    EXPECT_EQ(tested->waiting_bytes(), 2u + 3 + 2 + 6);
    EXPECT_EQ(tested->backlog_bytes(), 2u + 3 + 2 + 6 + 2 * 5);
    EXPECT_EQ(drain(*tested), fragment(opcode::binary, "one") + fragment(opcode::continuation, "two"));
    tested->end_message();
    EXPECT_FALSE(tested->holds_messages());
    EXPECT_EQ(drain(*tested),
              last_fragment() + frame(opcode::text, "own", false) + frame(opcode::text, "shared", false));
}

TEST_F(a_session_that_sends_in_parts, lets_control_frames_pass_in_between) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    part("one");
    tested->send_ping(to_bytes("our"));
    receive(frame(opcode::ping, "their"));
    part("two");

    EXPECT_EQ(drain(*tested), fragment(opcode::binary, "one") + frame(opcode::ping, "our", false) +
                                  frame(opcode::pong, "their", false) +
                                  fragment(opcode::continuation, "two"));
}

TEST_F(a_session_that_sends_in_parts, makes_room_by_dropping_what_waits_and_no_fragment) {
    make_open_server();
    send("before it");
    tested->begin_message(message_type::binary, now);
    part("one");
    send("first");
    send("second");

    EXPECT_EQ(tested->drop_oldest(12, now), 11u + 7u);
    EXPECT_EQ(tested->drop_oldest(1000, now), 8u);

    tested->end_message();
    EXPECT_EQ(drain(*tested), fragment(opcode::binary, "one") + last_fragment());
}

TEST_F(a_session_that_sends_in_parts, keeps_the_fragments_of_a_message_that_has_ended) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    part("one");
    tested->end_message();
    send("own");

    EXPECT_EQ(tested->drop_oldest(1000, now), 5u);

    EXPECT_EQ(drain(*tested), fragment(opcode::binary, "one") + last_fragment());
}

// --- text

TEST_F(a_session_that_sends_in_parts, checks_text_across_them) {
    make_open_server();
    tested->begin_message(message_type::text, now);
    EXPECT_EQ(part("caf\xc3"), send_result::accepted);
    EXPECT_EQ(tested->end_message(), send_result::invalid_text) << "amid a character";
    EXPECT_EQ(part("e"), send_result::invalid_text);
    EXPECT_EQ(part("\xa9"), send_result::accepted) << "what was refused has changed nothing";
    EXPECT_EQ(tested->end_message(), send_result::accepted);

    const auto sent = drain(*tested);
    make_open_client();
    EXPECT_EQ(receive(sent), (told_list{{event_type::text, "caf\xc3\xa9"}}));
}

TEST_F(a_session_that_sends_in_parts, checks_neither_binary_data_nor_what_the_caller_answers_for) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    EXPECT_EQ(part("\xff"), send_result::accepted);
    EXPECT_EQ(tested->end_message(), send_result::accepted);
    tested->begin_message(message_type::text, now, false);
    EXPECT_EQ(part("caf\xc3"), send_result::accepted);
    EXPECT_EQ(tested->end_message(), send_result::accepted);
}

// --- the end amid one

TEST_F(a_session_that_sends_in_parts, closes_behind_those_that_were_given) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    part("one");
    send("never sent");
    tested->close(1000, "", now);

    EXPECT_EQ(drain(*tested), fragment(opcode::binary, "one") + close_frame(1000, "", false));
    EXPECT_EQ(tested->backlog_bytes(), 0u);
}

TEST_F(a_session_that_sends_in_parts, finishes_only_the_frame_that_is_begun_where_it_fails) {
    make_open_server();
    tested->begin_message(message_type::binary, now);
    part("one");
    part("two");
    send("never sent");
    tested->consume(1, now);
    tested->fail(error::handler_threw, now);

    const auto row = describe(error::handler_threw);
    EXPECT_EQ(to_hex(drain(*tested)),
              to_hex(fragment(opcode::binary, "one") + close_frame(1011, row.text, false)).substr(2));
    EXPECT_EQ(tested->backlog_bytes(), 0u);
}

// --- time

TEST_F(a_session_that_sends_in_parts, fails_when_a_part_does_not_come_in_time) {
    settings.limits.part_time = 10s;
    make_open_server();
    tested->begin_message(message_type::binary, now);
    EXPECT_EQ(tested->deadline(), now + 10s);
    now += 9s;
    part("one");
    EXPECT_EQ(to_text(drain(*tested, now)).substr(2), "one");
    EXPECT_EQ(tested->deadline(), now + 10s);
    part("");
    now += 10s;
    tested->expire(now);

    EXPECT_EQ(drain(*tested), close_frame(1011, describe(error::part_timeout).text, false));
    expect_failed(error::part_timeout);
}

TEST_F(a_session_that_sends_in_parts, does_not_count_the_time_in_which_the_peer_does_not_read) {
    settings.limits.part_time = 10s;
    make_open_server();
    send("before it");
    tested->begin_message(message_type::binary, now);
    EXPECT_GT(tested->deadline(), now + 10s) << "what is before it has not left";
    tested->consume(5, now);
    now += 15s;
    tested->expire(now);
    tested->consume(6, now);
    EXPECT_EQ(tested->deadline(), now + 10s) << "it has";

    part("one");
    tested->consume(1, now);
    now += 10s;
    tested->expire(now);
    drain(*tested, now);
    EXPECT_EQ(tested->phase(), phase::open);
    EXPECT_EQ(tested->deadline(), now + 5s) << "the ping after silence";
    now += 5s;
    tested->expire(now);
    now += 4s;
    drain(*tested, now);  // the ping leaves, which is no part
    tested->expire(now + 1s);
    expect_failed(error::part_timeout);
}

TEST_F(a_session_that_sends_in_parts, does_not_count_the_time_in_which_the_next_one_was_told_to_wait) {
    settings.limits.part_time = 10s;
    make_open_server();
    tested->begin_message(message_type::binary, now);
    tested->send_ping(to_bytes("p"));
    tested->hold_part_time();
    EXPECT_GT(tested->deadline(), now + 10s);
    now += 20s;
    tested->consume(3, now);
    EXPECT_EQ(tested->deadline(), now + 10s);
}

TEST_F(a_session_that_sends_in_parts, may_take_as_long_as_it_wants_where_no_time_is_set) {
    settings.limits.part_time = 0s;
    settings.limits.ping_after = 0s;
    settings.limits.idle_timeout = 0s;
    make_open_server();
    tested->begin_message(message_type::binary, now);
    EXPECT_EQ(tested->deadline(), never);
}

}  // namespace
}  // namespace pushwire::protocol
