#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using a_sending_session = session_test;

TEST_F(a_sending_session, sends_only_while_it_is_open) {
    make_server();
    EXPECT_EQ(tested->send(message_type::text, {}), send_result::not_open);
    EXPECT_EQ(tested->send_ping({}), send_result::not_open);
    make_open_server();
    EXPECT_EQ(tested->send(message_type::text, {}), send_result::accepted);
    tested->close(1000, "", now);
    EXPECT_EQ(tested->send(message_type::text, {}), send_result::not_open);
    EXPECT_EQ(tested->send_ping({}), send_result::not_open);
    EXPECT_EQ(tested->send_shared(encode_message(shared, message_type::text, {})), send_result::not_open);
    EXPECT_EQ(to_hex(drain(*tested)), "8100880203e8");
}

TEST_F(a_sending_session, sends_no_text_that_is_not_utf8) {
    make_open_server();
    EXPECT_EQ(tested->send(message_type::text, from_hex("61ff")), send_result::invalid_text);
    EXPECT_TRUE(tested->outgoing().empty());
    EXPECT_EQ(tested->send(message_type::binary, from_hex("61ff")), send_result::accepted);
    EXPECT_EQ(tested->send(message_type::text, from_hex("61"), false), send_result::accepted);
}

TEST_F(a_sending_session, sends_lengths_in_their_shortest_form) {
    make_open_server();
    for (const std::size_t size : {0u, 125u, 126u, 65535u, 65536u}) {
        const std::string payload(size, 'x');
        tested->send(message_type::binary, to_bytes(payload));
        EXPECT_EQ(drain(*tested), frame(opcode::binary, payload, false));
    }
}

TEST_F(a_sending_session, sends_a_publication_as_it_was_encoded) {
    make_open_server();
    const auto published = encode_message(shared, message_type::text, to_bytes("news"));

    EXPECT_EQ(tested->send_shared(published), send_result::accepted);

    EXPECT_EQ(published.owner->references, 3u);
    EXPECT_EQ(drain(*tested), frame(opcode::text, "news", false));
}

TEST_F(a_sending_session, masks_as_a_client_every_frame_with_a_key_of_its_own) {
    make_open_client();
    tested->send(message_type::text, to_bytes("one"));
    tested->send(message_type::text, to_bytes("two"));
    receive(frame(opcode::ping, "p", false));
    tested->close(1000, "", now);
    EXPECT_EQ(keys_drawn, 4u);

    const auto sent = drain(*tested);
    EXPECT_EQ(to_hex(std::span{sent}.subspan(2, 4)), "01020304");
    make_open_server();
    EXPECT_EQ(receive(sent), (told_list{{event_type::text, "one"},
                                        {event_type::text, "two"},
                                        {event_type::pong, "p"},
                                        {event_type::closed, ""}}));
}

// --- large messages, from where they lie

TEST_F(a_sending_session, keeps_what_a_stream_did_not_take_of_a_message_where_it_lies) {
    const std::string text(70'000, 'x');
    const auto whole = frame(opcode::text, text, false);
    for (const std::size_t taken : {std::size_t{0}, std::size_t{1}, std::size_t{9}, std::size_t{10},
                                    std::size_t{11}, whole.size() - 1, whole.size()}) {
        SCOPED_TRACE(taken);
        make_open_server();
        const auto data = std::as_bytes(std::span{text});
        const auto placed = tested->in_place(message_type::text, data);
        auto wire = bytes{placed.header.begin(), placed.header.begin() + placed.header_size};
        EXPECT_EQ(placed.payload.data(), data.data());
        wire.insert(wire.end(), placed.payload.begin(), placed.payload.end());
        EXPECT_EQ(wire, whole);

        tested->keep_rest(placed, taken);
        tested->send(message_type::text, to_bytes("after"));

        wire.resize(taken);
        EXPECT_EQ(wire + drain(*tested), whole + frame(opcode::text, "after", false));
    }
}

TEST_F(a_sending_session, drops_of_a_message_where_it_lies_only_what_is_not_begun) {
    for (const std::size_t taken : {0u, 1u, 20u}) {
        SCOPED_TRACE(taken);
        make_open_server();
        const auto data = to_bytes("0123456789012345678901234");
        const auto placed = tested->in_place(message_type::text, data);
        tested->keep_rest(placed, taken);

        tested->drop_oldest(1, now);

        EXPECT_EQ(tested->outgoing().bytes(), taken == 0 ? 0 : 2 + 25 - taken);
    }
}

TEST_F(a_sending_session, places_nothing_before_what_waits_nor_what_may_not_leave_as_it_is) {
    const auto is_placed = [&] {
        return tested->in_place(message_type::text, to_bytes("x")).header_size != 0;
    };
    make_server();
    EXPECT_FALSE(is_placed()) << "opening";
    make_open_server();
    EXPECT_TRUE(is_placed());
    tested->send_ping({});
    EXPECT_FALSE(is_placed()) << "behind a ping";
    drain(*tested);
    EXPECT_TRUE(is_placed());
    tested->begin_message(message_type::text, now);
    EXPECT_FALSE(is_placed()) << "amid a message in parts";
    tested->end_message();
    drain(*tested);
    EXPECT_TRUE(is_placed());
    tested->close(1000, "", now);
    drain(*tested);
    EXPECT_FALSE(is_placed()) << "closing";
    make_open_client();
    EXPECT_FALSE(is_placed()) << "a client masks";
}

// --- RFC 6455 5.5.3: pongs

TEST_F(a_sending_session, answers_every_ping_of_a_peer_that_reads) {
    make_open_server();
    bytes pings;
    bytes pongs;
    for (int i = 0; i < 10; ++i) {
        pings = pings + frame(opcode::ping, std::to_string(i));
        pongs = pongs + frame(opcode::pong, std::to_string(i), false);
    }
    EXPECT_EQ(receive(pings).size(), 10u);
    EXPECT_EQ(drain(*tested), pongs);
}

TEST_F(a_sending_session, lets_one_pong_wait_the_latest_for_a_peer_that_does_not_read) {
    make_open_server();
    tested->send(message_type::binary, bytes(1000));
    tested->consume(10, now);
    for (int i = 0; i < 1000; ++i) receive(frame(opcode::ping, std::to_string(i)));
    const auto first_pong = frame(opcode::pong, "0", false);
    EXPECT_EQ(tested->outgoing().bytes(), 1004 - 10 + first_pong.size());

    tested->send(message_type::text, to_bytes("more"));
    tested->consume(994 + first_pong.size(), now);  // the first pong has left

    EXPECT_EQ(drain(*tested), frame(opcode::text, "more", false) + frame(opcode::pong, "999", false));
    receive(frame(opcode::ping, "again"));
    EXPECT_EQ(drain(*tested), frame(opcode::pong, "again", false));
}

TEST_F(a_sending_session, sends_the_waiting_pong_though_frames_before_it_were_dropped) {
    make_open_server();
    tested->send(message_type::binary, bytes(100));
    tested->send(message_type::binary, bytes(1000));
    tested->consume(1, now);
    receive(frame(opcode::ping, "1") + frame(opcode::ping, "2"));
    tested->drop_oldest(1, now);

    tested->consume(101 + 3, now);

    EXPECT_EQ(drain(*tested), frame(opcode::pong, "2", false));
}

// RFC 6455 5.5.2 excuses from a pong only who has received a close frame.
TEST_F(a_sending_session, answers_pings_behind_its_close_frame) {
    make_open_server();
    tested->send(message_type::binary, bytes(10));
    tested->consume(1, now);
    receive(frame(opcode::ping, "1") + frame(opcode::ping, "2"));
    tested->close(1000, "", now);
    receive(frame(opcode::ping, "3"));

    const auto sent = to_hex(drain(*tested));
    const auto expected =
        frame(opcode::pong, "1", false) + close_frame(1000, "", false) + frame(opcode::pong, "3", false);
    EXPECT_TRUE(sent.ends_with(to_hex(expected))) << sent;
}

TEST_F(a_sending_session, sends_one_close_frame_though_a_pong_follows_it) {
    make_open_server();
    tested->close(1000, "", now);
    tested->consume(tested->outgoing().bytes(), now);
    receive(frame(opcode::ping, "1"));

    tested->fail(error::handler_threw, now);

    EXPECT_EQ(to_hex(drain(*tested)), to_hex(frame(opcode::pong, "1", false)))
        << "the close frame had left: no other may follow";
    EXPECT_EQ(tested->outcome().sent_code, 1000);
}

// --- close frames

TEST_F(a_sending_session, closes_behind_what_is_queued) {
    make_open_server();
    tested->send(message_type::text, to_bytes("queued"));
    tested->close(4000, "reason", now);
    tested->close(1001, "again", now);

    EXPECT_EQ(drain(*tested), frame(opcode::text, "queued", false) + close_frame(4000, "reason", false));
    EXPECT_EQ(tested->phase(), phase::closing);
}

TEST_F(a_sending_session, closes_without_a_body_where_there_is_no_code) {
    make_open_server();
    tested->close(0, "unheard", now);
    EXPECT_EQ(to_hex(drain(*tested)), "8800");
    EXPECT_EQ(tested->outcome().sent_code, close_code::no_status);
}

TEST_F(a_sending_session, cuts_a_reason_at_a_characters_boundary) {
    make_open_server();
    tested->close(1000, std::string(122, 'x') + "\xe2\x82\xac", now);
    EXPECT_EQ(drain(*tested), close_frame(1000, std::string(122, 'x'), false));
}

TEST_F(a_sending_session, sends_1011_for_a_code_that_must_not_be_sent) {
    for (const std::uint16_t code : {1, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
        make_open_server();
        tested->close(code, "", now);
        EXPECT_EQ(drain(*tested), close_frame(1011, "", false));
    }
}

}  // namespace
}  // namespace pushwire::protocol
