#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using a_receiving_session = session_test;

TEST_F(a_receiving_session, hands_out_a_whole_frame_where_it_lies) {
    make_open_server();
    auto buffer = frame(opcode::binary, "payload") + frame(opcode::text, "text");
    tested->receive(buffer, now);

    const auto first = tested->next();
    EXPECT_EQ(first.type, event_type::binary);
    EXPECT_EQ(first.data.data(), buffer.data() + 6);
    EXPECT_EQ(to_text(first.data), "payload");
    const auto second = tested->next();
    EXPECT_EQ(second.type, event_type::text);
    EXPECT_EQ(second.data.data(), buffer.data() + 6 + 7 + 6);
    EXPECT_EQ(tested->unfinished_bytes(), 0u);
}

TEST_F(a_receiving_session, tells_the_same_however_the_bytes_are_cut) {
    const auto conversation =
        frame(opcode::text, "Hello") + frame(opcode::binary, std::string(70'000, 'x')) +
        frame(opcode::text, "Hel", true, false) + frame(opcode::ping, "amid") +
        frame(opcode::continuation, "", true, false) + frame(opcode::continuation, "lo", true, true) +
        frame(opcode::pong, "p") + frame(opcode::text, "\xf0\x9f", true, false) +
        frame(opcode::continuation, "\x98\x80", true, true) + frame(opcode::binary, std::string(300, 'y')) +
        frame(opcode::text, "") + close_frame(1000, "bye") + frame(opcode::text, "too late");
    const told_list expected{{event_type::text, "Hello"},
                             {event_type::binary, std::string(70'000, 'x')},
                             {event_type::ping, "amid"},
                             {event_type::text, "Hello"},
                             {event_type::pong, "p"},
                             {event_type::text, "\xf0\x9f\x98\x80"},
                             {event_type::binary, std::string(300, 'y')},
                             {event_type::text, ""},
                             {event_type::closed, ""}};

    for (const std::size_t size : {1u, 2u, 3u, 5u, 7u, 64u, 1000u, 16384u, 1u << 20}) {
        SCOPED_TRACE(size);
        make_open_server();
        EXPECT_EQ(receive_in_pieces(conversation, size), expected);
        EXPECT_EQ(to_hex(drain(*tested)),
                  to_hex(frame(opcode::pong, "amid", false) + close_frame(1000, "", false)));
        EXPECT_EQ(tested->outcome().reason, "bye");
    }
    std::mt19937 random{1};
    for (int round = 0; round < 50; ++round) {
        make_open_server();
        told_list events;
        for (std::size_t at = 0; at < conversation.size();) {
            const auto n =
                std::min<std::size_t>(conversation.size() - at, 1 + random() % (random() % 2 ? 20 : 9000));
            const auto first = conversation.begin() + static_cast<std::ptrdiff_t>(at);
            for (auto& told : receive({first, first + static_cast<std::ptrdiff_t>(n)}))
                events.push_back(told);
            at += n;
        }
        ASSERT_EQ(events, expected);
    }
}

// --- RFC 6455 5.4: fragmentation

TEST_F(a_receiving_session, rejects_a_continuation_of_nothing_with_its_first_byte) {
    make_open_server();
    EXPECT_EQ(receive(from_hex("80")), (told_list{{event_type::closed, ""}}));
    expect_failed(error::continuation_unexpected);
    EXPECT_EQ(tested->outcome().sent_code, 1002);
}

TEST_F(a_receiving_session, rejects_a_new_message_amid_a_fragmented_one) {
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::text, "a", true, false)), told_list{});
    EXPECT_EQ(receive(from_hex("81")), (told_list{{event_type::closed, ""}}));
    expect_failed(error::continuation_expected);
}

TEST_F(a_receiving_session, rejects_a_continuation_after_a_finished_message) {
    make_open_server();
    receive(frame(opcode::text, "a", true, false) + frame(opcode::continuation, "b"));
    receive(frame(opcode::continuation, "c"));
    expect_failed(error::continuation_unexpected);
}

TEST_F(a_receiving_session, takes_many_empty_fragments) {
    make_open_server();
    auto fragments = frame(opcode::text, "", true, false);
    for (int i = 0; i < 65'536; ++i)
        fragments = std::move(fragments) + frame(opcode::continuation, "", true, false);
    EXPECT_EQ(receive(fragments), told_list{});
    EXPECT_LT(tested->unfinished_bytes(), 200u) << "it has no buffer";

    EXPECT_EQ(receive(frame(opcode::continuation, "end")), (told_list{{event_type::text, "end"}}));
}

// --- the content

TEST_F(a_receiving_session, fails_text_at_its_first_bad_byte_even_in_part_of_a_frame) {
    make_open_server();
    const auto text = frame(opcode::text, "a\xf4\x90 and more");
    EXPECT_EQ(receive({text.begin(), text.begin() + 8}), told_list{});
    EXPECT_EQ(receive({text.begin() + 8, text.begin() + 9}), (told_list{{event_type::closed, ""}}));
    expect_failed(error::text_not_utf8);
    EXPECT_EQ(tested->outcome().sent_code, 1007);
}

TEST_F(a_receiving_session, rejects_text_that_ends_amid_a_character) {
    for (const bool whole : {true, false}) {
        make_open_server();
        if (whole) {
            receive(frame(opcode::text, "a\xe2\x82"));
        } else {
            receive(frame(opcode::text, "a\xe2", true, false) + frame(opcode::continuation, "\x82"));
        }
        expect_failed(error::text_not_utf8);
    }
}

TEST_F(a_receiving_session, takes_any_bytes_as_binary) {
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::binary, "\xff\xfe")), (told_list{{event_type::binary, "\xff\xfe"}}));
    EXPECT_EQ(receive_in_pieces(frame(opcode::binary, "\xff\xfe"), 1),
              (told_list{{event_type::binary, "\xff\xfe"}}));
}

// --- limits

TEST_F(a_receiving_session, rejects_a_message_over_the_limit_when_its_header_announces_it) {
    settings.limits.max_message = 100;
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::binary, std::string(100, 'x'))).size(), 1u);

    EXPECT_EQ(receive(from_hex("82e5 00000000")), (told_list{{event_type::closed, ""}}));  // 101 bytes

    expect_failed(error::message_too_big);
    EXPECT_EQ(tested->outcome().sent_code, 1009);
}

TEST_F(a_receiving_session, counts_all_fragments_against_the_limit) {
    settings.limits.max_message = 100;
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::binary, std::string(60, 'x'), true, false)), told_list{});
    EXPECT_EQ(receive(frame(opcode::continuation, std::string(40, 'x'), true, false)), told_list{});

    EXPECT_EQ(receive(from_hex("8081 00000000")), (told_list{{event_type::closed, ""}}));

    expect_failed(error::message_too_big);
}

TEST_F(a_receiving_session, is_not_moved_by_an_enormous_length) {
    make_open_server();
    receive(frame(opcode::binary, "x", true, false));
    receive(from_hex("80ff 7fffffffffffffff 00000000"));
    expect_failed(error::message_too_big);
}

TEST_F(a_receiving_session, frees_what_an_unfinished_message_held) {
    make_open_server();
    receive(frame(opcode::binary, std::string(5000, 'x'), true, false));
    EXPECT_GE(tested->unfinished_bytes(), 5000u);

    EXPECT_EQ(receive(frame(opcode::continuation, "")).size(), 1u);

    EXPECT_EQ(tested->unfinished_bytes(), 0u);
}

// --- reading straight into the message

class a_large_payload : public session_test {
  protected:
    void receive_beginning(opcode code, const std::string& payload, std::size_t n) {
        whole = frame(code, payload);
        EXPECT_EQ(receive({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)}), told_list{});
        at = n;
    }

    /// Reads as a stream would. Returns the events.
    told_list read_to_the_end() {
        told_list events;
        while (at < whole.size() && tested->phase() != phase::closed) {
            const auto n = read_once();
            if (n == 0) {
                for (auto& told : receive({whole.begin() + static_cast<std::ptrdiff_t>(at), whole.end()})) {
                    events.push_back(told);
                }
                break;
            }
            for (auto& told : read_events(*tested)) events.push_back(told);
        }
        return events;
    }

    std::size_t read_once() {
        const auto room = tested->destination();
        const auto n = std::min(room.size(), whole.size() - at);
        std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
        if (n != 0) tested->commit(n, now);
        at += n;
        return n;
    }

    bytes whole;
    std::size_t at = 0;
};

TEST_F(a_large_payload, is_read_where_it_will_be_handed_out) {
    make_open_server();
    std::string payload(1'000'000, 'x');
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 7 % 128);
    receive_beginning(opcode::text, payload, 20'000);
    ASSERT_FALSE(tested->destination().empty());

    EXPECT_EQ(read_to_the_end(), (told_list{{event_type::text, payload}}));

    EXPECT_EQ(tested->unfinished_bytes(), 0u);
    EXPECT_TRUE(tested->destination().empty());
}

TEST_F(a_large_payload, may_be_finished_by_a_commit) {
    make_open_server();
    const std::string payload(100'000, 'x');
    receive_beginning(opcode::binary, payload, 34'000);

    while (read_once() != 0) {
        if (at == whole.size()) break;
        EXPECT_EQ(read_events(*tested), told_list{});
        if (whole.size() - at < (64u << 10)) break;
    }
    EXPECT_EQ(receive({whole.begin() + static_cast<std::ptrdiff_t>(at), whole.end()}),
              (told_list{{event_type::binary, payload}}));
}

TEST_F(a_large_payload, never_gets_more_room_than_has_arrived_of_it_by_much) {
    make_open_server();
    whole = from_hex("82ff 0000000001000000 00000000");
    receive(whole + bytes(1000));
    EXPECT_TRUE(tested->destination().empty());
    EXPECT_LE(tested->unfinished_bytes(), 2000u);

    receive(bytes(30'000));
    EXPECT_FALSE(tested->destination().empty());
    EXPECT_LE(tested->unfinished_bytes(), 2 * 32'000u + 32'000u);
}

TEST_F(a_large_payload, is_validated_as_it_is_committed) {
    make_open_server();
    receive_beginning(opcode::text, std::string(60'000, 'x') + "\xff" + std::string(200'000, 'x'), 20'000);

    EXPECT_EQ(read_to_the_end(), (told_list{{event_type::closed, ""}}));

    expect_failed(error::text_not_utf8);
    EXPECT_LT(at, 200'000u);
}

TEST_F(a_large_payload, keeps_its_buffer_until_the_read_into_it_is_over_though_the_connection_has_ended) {
    make_open_server();
    receive_beginning(opcode::binary, std::string(300'000, 'x'), 20'000);
    const auto room = tested->destination();

    tested->receive_eof(now);
    EXPECT_EQ(read_events(*tested), (told_list{{event_type::closed, ""}}));
    EXPECT_GE(tested->unfinished_bytes(), room.size());
    std::ranges::fill(room, std::byte{1});  // the sanitizer tells if it is gone
    tested->commit(room.size(), now);
    EXPECT_EQ(read_events(*tested), told_list{});

    EXPECT_EQ(tested->unfinished_bytes(), 0u);
}

TEST_F(a_large_payload, keeps_its_buffer_while_the_stream_may_be_reading_into_it) {
    make_open_server();
    receive_beginning(opcode::binary, std::string(300'000, 'x'), 20'000);
    const auto room = tested->destination();

    tested->close(1000, "", now);
    EXPECT_EQ(read_events(*tested), told_list{});
    EXPECT_GE(tested->unfinished_bytes(), room.size());
    std::ranges::fill(room, std::byte{1});  // the sanitizer tells if it is gone
    tested->commit(room.size(), now);
    at += room.size();
    EXPECT_EQ(read_events(*tested), told_list{});

    EXPECT_EQ(tested->unfinished_bytes(), 0u);
    EXPECT_TRUE(tested->destination().empty());
    const auto rest = bytes{whole.begin() + static_cast<std::ptrdiff_t>(at), whole.end()};
    EXPECT_EQ(receive(rest + close_frame(1000)), (told_list{{event_type::closed, ""}}));
    EXPECT_EQ(tested->outcome().code, 1000);
}

// --- RFC 6455 5.5: control frames

TEST_F(a_receiving_session, takes_a_close_frame_without_a_body) {
    make_open_server();
    EXPECT_EQ(receive(frame(opcode::close, "")), (told_list{{event_type::closed, ""}}));

    EXPECT_EQ(to_hex(drain(*tested)), "8800");
    EXPECT_EQ(tested->outcome().code, close_code::no_status);
    EXPECT_EQ(tested->outcome().sent_code, close_code::no_status);
    EXPECT_EQ(tested->outcome().why, error::none);
    EXPECT_TRUE(tested->outcome().began_by_peer);
}

TEST_F(a_receiving_session, echoes_the_code_behind_what_is_queued) {
    make_open_server();
    tested->send(message_type::text, to_bytes("queued"));
    receive(close_frame(4001, "reason"));

    EXPECT_EQ(drain(*tested), frame(opcode::text, "queued", false) + close_frame(4001, "", false));
    EXPECT_EQ(tested->outcome().code, 4001);
    EXPECT_EQ(tested->outcome().reason, "reason");
    EXPECT_EQ(tested->outcome().sent_code, 4001);
    EXPECT_EQ(tested->phase(), phase::closed);
}

TEST_F(a_receiving_session, rejects_a_close_frame_of_one_byte) {
    make_open_server();
    receive(frame(opcode::close, "x"));
    expect_failed(error::close_body_too_short);
    EXPECT_EQ(to_hex(drain(*tested)).substr(4, 4), "03ea");
}

TEST_F(a_receiving_session, rejects_close_codes_that_must_not_be_sent) {
    for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        make_open_server();
        receive(close_frame(code));
        expect_failed(error::close_code_invalid);
    }
    for (const std::uint16_t code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
        make_open_server();
        receive(close_frame(code));
        EXPECT_EQ(tested->outcome().code, code);
        EXPECT_EQ(tested->outcome().why, error::none);
    }
}

TEST_F(a_receiving_session, rejects_a_close_reason_that_is_not_utf8) {
    make_open_server();
    receive(close_frame(1000, "\xe2\x82"));
    expect_failed(error::reason_not_utf8);
    EXPECT_EQ(tested->outcome().sent_code, 1007);
}

TEST_F(a_receiving_session, discards_what_follows_a_close_frame) {
    make_open_server();
    EXPECT_EQ(receive(close_frame(1000) + frame(opcode::text, "late")),
              (told_list{{event_type::closed, ""}}));
    EXPECT_EQ(receive(frame(opcode::text, "later")), told_list{});
    EXPECT_EQ(tested->next().type, event_type::none);
}

TEST_F(a_receiving_session, masks_nothing_it_expects_unmasked) {
    make_open_client();
    EXPECT_EQ(receive(frame(opcode::text, "to a client", true)), (told_list{{event_type::closed, ""}}));
    expect_failed(error::mask_forbidden);
}

TEST_F(a_receiving_session, leaves_to_a_paused_stream_what_it_has_not_looked_at) {
    make_open_server();
    auto buffer = frame(opcode::text, "one") + frame(opcode::text, "two");
    tested->receive(buffer, now);
    EXPECT_EQ(tested->next().type, event_type::text);

    const auto unread = tested->take_unread();
    const bytes kept{unread.begin(), unread.end()};
    EXPECT_EQ(tested->next().type, event_type::none);

    EXPECT_EQ(receive(kept), (told_list{{event_type::text, "two"}}));
}

// --- in parts

TEST_F(a_receiving_session, hands_out_each_read_of_a_message_in_parts_and_keeps_nothing) {
    make_open_server();
    tested->receive_in_parts();
    auto head = from_hex("82ff 0000000100000000 00000000");  // 4 GiB
    tested->receive(head, now);
    EXPECT_EQ(tested->next().type, event_type::none);
    bytes buffer(10'000);

    for (int i = 0; i < 100; ++i) {
        tested->receive(buffer, now);
        const auto part = tested->next();
        ASSERT_EQ(part.type, event_type::binary_part);
        ASSERT_EQ(part.data.data(), buffer.data());
        ASSERT_EQ(part.data.size(), buffer.size());
        ASSERT_EQ(part.first, i == 0);
        ASSERT_FALSE(part.last);
        ASSERT_EQ(tested->next().type, event_type::none);
        ASSERT_TRUE(tested->destination().empty());
        ASSERT_LT(tested->unfinished_bytes(), 200u) << "it has no buffer";
    }
}

}  // namespace
}  // namespace pushwire::protocol
