#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view plain_request = "GET /page HTTP/1.1\r\nHost: server.example.com\r\n\r\n";

class an_opening_session : public session_test {
  protected:
    const told_list a_request{{event_type::request, ""}};
    const told_list an_end{{event_type::closed, ""}};

    std::string answer() { return to_text(drain(*tested)); }
};

TEST_F(an_opening_session, tells_a_request_however_it_is_cut) {
    for (const std::size_t size : {1u, 10u, 1000u}) {
        make_server();
        EXPECT_EQ(receive_in_pieces(to_bytes(handshake), size), a_request);
        EXPECT_TRUE(tested->request_is_handshake());
        EXPECT_EQ(tested->request().path, "/chat");
        EXPECT_EQ(tested->phase(), phase::opening);

        tested->accept({}, now);

        EXPECT_EQ(tested->phase(), phase::open);
        EXPECT_EQ(tested->request().path, "/chat");  // until it is released
        EXPECT_NE(answer().find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
    }
}

TEST_F(an_opening_session, tells_the_sub_protocol_until_the_request_is_released) {
    settings.subprotocols = {"chat"};
    make_server();
    auto text = std::string{handshake};
    text.insert(text.size() - 2, "Sec-WebSocket-Protocol: other, chat\r\n");
    receive(to_bytes(text));
    tested->accept({}, now);
    EXPECT_EQ(tested->subprotocol(), "chat");

    tested->release_request();
    EXPECT_EQ(tested->subprotocol(), "");
}

TEST_F(an_opening_session, hands_out_bytes_that_came_with_the_request) {
    make_server();
    EXPECT_EQ(receive(to_bytes(handshake) + frame(opcode::text, "early")), a_request);

    tested->accept({}, now);

    EXPECT_EQ(read_events(*tested), (told_list{{event_type::text, "early"}}));
}

TEST_F(an_opening_session, keeps_bytes_that_come_before_the_answer) {
    make_server();
    const auto early = frame(opcode::text, "one") + frame(opcode::text, "two") + frame(opcode::text, "three");
    EXPECT_EQ(receive(to_bytes(handshake) + bytes{early.begin(), early.begin() + 3}), a_request);
    EXPECT_EQ(receive({early.begin() + 3, early.begin() + 12}), told_list{});
    EXPECT_EQ(receive({early.begin() + 12, early.end()}), told_list{});

    tested->accept({}, now);
    tested->release_request();

    EXPECT_EQ(receive(frame(opcode::text, "four")), (told_list{{event_type::text, "one"},
                                                               {event_type::text, "two"},
                                                               {event_type::text, "three"},
                                                               {event_type::text, "four"}}));
}

TEST_F(an_opening_session, keeps_no_more_before_the_answer_than_a_header_may_have) {
    settings.limits.max_header = 1000;
    make_server();
    EXPECT_EQ(receive(to_bytes(handshake)), a_request);
    EXPECT_EQ(receive(bytes(1000)), told_list{});
    EXPECT_EQ(receive(bytes(1)), an_end);

    expect_failed(error::request_header_too_large);
    EXPECT_TRUE(answer().starts_with("HTTP/1.1 431 "));
}

TEST_F(an_opening_session, refuses_what_is_not_well_formed) {
    make_server();
    EXPECT_EQ(receive(to_bytes("GET / HTTP/1.1\r\n\r\n")), an_end);

    expect_failed(error::request_host);
    EXPECT_TRUE(answer().starts_with("HTTP/1.1 400 "));
    EXPECT_EQ(tested->outcome().sent_code, 0);
    EXPECT_EQ(receive(to_bytes(handshake)), told_list{});
}

TEST_F(an_opening_session, refuses_as_it_is_told) {
    make_server();
    receive(to_bytes(handshake));
    tested->refuse(401, "who are you?", {{"X-Reason", "none"}}, now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::refused);
    const auto text = answer();
    EXPECT_TRUE(text.starts_with("HTTP/1.1 401 "));
    EXPECT_NE(text.find("X-Reason: none\r\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("\r\n\r\nwho are you?"));
}

TEST_F(an_opening_session, fails_by_the_status_of_the_row) {
    make_server();
    receive(to_bytes(handshake));
    tested->fail(error::shutting_down, now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::shutting_down);
    EXPECT_TRUE(answer().starts_with("HTTP/1.1 503 "));
}

TEST_F(an_opening_session, fails_without_an_answer_where_the_row_has_no_status) {
    make_server();
    tested->fail(error::backlog_full, now);
    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::backlog_full);
    EXPECT_TRUE(tested->outgoing().empty());
}

TEST_F(an_opening_session, refuses_when_it_is_closed) {
    make_server();
    receive(to_bytes(handshake));
    tested->close(1000, "", now);
    expect_failed(error::refused);
    EXPECT_TRUE(answer().starts_with("HTTP/1.1 403 "));
}

TEST_F(an_opening_session, does_nothing_with_answers_that_come_too_late) {
    make_server();
    receive(to_bytes(handshake));
    tested->receive_eof(now);

    tested->accept({}, now);
    tested->refuse(error::refused, now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::connection_lost);
    EXPECT_TRUE(tested->outgoing().empty());
}

// --- plain requests

TEST_F(an_opening_session, answers_plain_requests_one_after_another) {
    make_server();
    EXPECT_EQ(receive(to_bytes(plain_request) + to_bytes(plain_request) + to_bytes(handshake)), a_request);
    EXPECT_FALSE(tested->request_is_handshake());
    EXPECT_EQ(tested->request().path, "/page");

    response page;
    page.body = "a page";
    tested->respond(page, now);
    EXPECT_TRUE(answer().ends_with("a page"));
    EXPECT_EQ(read_events(*tested), a_request);
    tested->respond(page, now);
    EXPECT_EQ(read_events(*tested), a_request);

    EXPECT_TRUE(tested->request_is_handshake());
    tested->accept({}, now);
    EXPECT_EQ(tested->phase(), phase::open);
}

TEST_F(an_opening_session, answers_in_the_same_call_while_the_rest_is_in_the_callers_buffer) {
    make_server();
    auto buffer = to_bytes(plain_request) + to_bytes(plain_request);
    tested->receive(buffer, now);
    EXPECT_EQ(tested->next().type, event_type::request);
    tested->respond({}, now);
    EXPECT_EQ(tested->next().type, event_type::request);
    tested->respond({}, now);
    EXPECT_EQ(tested->next().type, event_type::none);
}

TEST_F(an_opening_session, ends_after_an_answer_where_the_client_asks_for_it) {
    make_server();
    receive(to_bytes("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    tested->respond({}, now);

    EXPECT_EQ(read_events(*tested), an_end);
    EXPECT_TRUE(tested->done());
    expect_failed(error::none);
}

TEST_F(an_opening_session, lets_a_client_leave_that_asks_for_nothing_more) {
    make_server();
    receive(to_bytes(plain_request));
    tested->respond({}, now);
    tested->receive_eof(now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::none);
}

// --- time

TEST_F(an_opening_session, gives_each_request_its_time) {
    make_server();
    EXPECT_EQ(tested->deadline(), now + 10s);
    now += 9s;
    receive(to_bytes(plain_request));
    tested->respond({}, now);
    EXPECT_EQ(tested->deadline(), now + 10s);
    answer();

    now += 10s;
    receive(to_bytes("GET"));
    tested->expire(now);

    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::handshake_timeout);
    EXPECT_TRUE(answer().starts_with("HTTP/1.1 408 "));
}

// --- as a client

TEST_F(an_opening_session, opens_and_takes_frames_that_came_with_the_response) {
    for (const std::size_t size : {1u, 7u, 1000u}) {
        make_client();
        EXPECT_TRUE(answer().starts_with("GET / HTTP/1.1\r\n"));
        EXPECT_EQ(receive_in_pieces(to_bytes(switching) + frame(opcode::text, "first", false), size),
                  (told_list{{event_type::opened, ""}, {event_type::text, "first"}}));
    }
}

TEST_F(an_opening_session, tells_why_a_server_was_not_understood) {
    make_client();
    answer();
    EXPECT_EQ(receive(to_bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")), an_end);
    expect_failed(error::response_status);
    EXPECT_TRUE(tested->outgoing().empty());
}

TEST_F(an_opening_session, ends_as_a_client_without_an_answer_in_time) {
    make_client();
    answer();
    now += 10s;
    tested->expire(now);
    EXPECT_EQ(read_events(*tested), an_end);
    expect_failed(error::handshake_timeout);
    EXPECT_TRUE(tested->outgoing().empty());
}

}  // namespace
}  // namespace pushwire::protocol
