// Plain HTTP on the port of a WebSocket server: which requests are taken, and how they are answered.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/protocol/opening_player.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::string_literals;
using tests::row_for;
using tests::server;
using state = opening_handshake::state;

class opening_reads_http : public testing::TestWithParam<std::pair<std::string, std::string_view>> {};

TEST_P(opening_reads_http, or_refuses_it) {
    EXPECT_EQ(row_for(GetParam().first), GetParam().second);
}

std::pair<std::string, std::string_view> sample(std::string request, std::string_view row) {
    return {std::move(request), row};
}

INSTANTIATE_TEST_SUITE_P(
    requests, opening_reads_http,
    testing::Values(
        sample("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "none"),
        sample("GET / HTTP/1.1\r\nHost:\r\n\r\n", "none"),
        sample("GET / HTTP/1.1\r\nHost: [::1]:9502\r\n\r\n", "none"),
        sample("GET / HTTP/1.0\r\n\r\n", "none"), sample("BREW /pot HTTP/1.9\r\nHost: a\r\n\r\n", "none"),
        sample("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "none"),
        sample("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\n\r\n", "request_host"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "request_host"),
        sample("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "request_host"),
        sample("GET http://a/x HTTP/1.1\r\nHost: A\r\n\r\n", "none"),
        sample("GET https://a:1?x HTTP/1.1\r\nHost: a:1\r\n\r\n", "none"),
        sample("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", "request_host"),
        sample("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", "request_malformed"),
        sample("GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", "request_malformed"),
        sample("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "request_malformed"),
        sample("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "request_malformed"),
        sample("GET /\r\n", "request_version"), sample("GET / HTTP/0.9\r\n", "request_version"),
        sample("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "request_version"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", "none"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na", "incomplete"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", "none"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
               "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x10\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n",
               "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "request_body_too_large"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "none"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n",
               "request_body_too_large"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na: b\r\n c\r\n",
               "request_header_folded"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", "request_malformed"),
        sample(
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
            "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
               "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
               "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: gzip\r\n\r\n",
               "request_malformed"),
        sample("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "request_header_folded"),
        sample("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "request_malformed"),
        sample("GET / HTTP/1.1\r\nHost: a\n\r\n", "request_malformed")));

TEST(opening_http, splits_the_target_and_leaves_it_as_it_came) {
    server server;
    server.play("GET /a%20b/\xe4\xbd\xa0?x={1|2}?y HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(server.opening->request().path, "/a%20b/\xe4\xbd\xa0");
    EXPECT_EQ(server.opening->request().query, "x={1|2}?y");

    server.play("GET HTTP://a?q HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(server.opening->request().path, "/");
    EXPECT_EQ(server.opening->request().query, "q");
}

TEST(opening_http, reads_the_body_of_a_plain_request_and_nothing_after_it) {
    const auto head = "POST /push HTTP/1.1\r\nHost: a\r\n"s;
    server server;
    for (const auto& body :
         {"Content-Length: 5\r\n\r\nhello"s,
          "Transfer-Encoding: Chunked\r\n\r\n2;a=b\r\nhe\r\n03\r\nllo\r\n0\r\nHost: b\r\n\r\n"s}) {
        const auto progress = server.play(head + body + "GET / HTTP/1.1\r\n");
        EXPECT_EQ(progress.state, state::complete);
        EXPECT_EQ(progress.consumed, head.size() + body.size());
        EXPECT_EQ(server.opening->request().body, "hello");
        EXPECT_EQ(server.opening->request().headers["host"], "a");
        EXPECT_FALSE(server.opening->is_handshake());
    }
}

TEST(opening_http, refuses_what_cannot_become_a_request_at_the_byte_that_shows_it) {
    const auto consumed = [](std::string_view bytes) {
        server server;
        const auto progress = server.play(bytes);
        EXPECT_EQ(progress.why, error::request_malformed);
        return progress.consumed;
    };
    EXPECT_EQ(consumed("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s), 1u);
    EXPECT_EQ(consumed("{\"json\":1}"), 1u);
    EXPECT_EQ(consumed(" GET / HTTP/1.1"), 1u);
    EXPECT_EQ(consumed("\nGET / HTTP/1.1"), 1u);
    EXPECT_EQ(consumed("SSH-2.0-OpenSSH_9.2\r\n"), 20u);
    EXPECT_EQ(consumed("GET  / HTTP/1.1"), 5u);
    EXPECT_EQ(consumed("GET / HTTQ/1.1"), 10u);
}

TEST(opening_http, bounds_the_body) {
    limits with;
    with.max_body = 4;
    EXPECT_EQ(row_for("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd", with), "none");
    EXPECT_EQ(row_for("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", with),
              "request_body_too_large");
    EXPECT_EQ(
        row_for("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\n", with),
        "request_body_too_large");
}

// --- answers

response answer(std::uint16_t status, std::string body, header_list headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

std::string get(std::string_view method = "GET", std::string_view version = "1.1",
                std::string_view more = "") {
    std::string text{method};
    return text.append(" / HTTP/").append(version).append("\r\nHost: a\r\n").append(more).append("\r\n");
}

TEST(opening_http, answers_a_request_and_keeps_the_connection) {
    server server;
    server.play(get());

    EXPECT_TRUE(server.opening->keeps_alive());
    EXPECT_EQ(server.opening->respond(answer(200, "hello", {{"Content-Type", "text/plain"}})),
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\nContent-Type: "
              "text/plain\r\n\r\nhello");
}

// RFC 9112 9.3
TEST(opening_http, closes_where_the_client_asks_or_speaks_http_1_0) {
    for (const auto& text : {get("GET", "1.1", "Connection: x, Close\r\n"), get("GET", "1.0"),
                             get("GET", "1.0", "Connection: keep-alive\r\n")}) {
        server server;
        server.play(text);
        EXPECT_FALSE(server.opening->keeps_alive());
        EXPECT_EQ(server.opening->respond(answer(404, "")),
                  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}

// RFC 9110 9.3.2
TEST(opening_http, answers_head_with_the_length_but_without_the_body) {
    server server;
    server.play(get("HEAD"));
    EXPECT_EQ(server.opening->respond(answer(200, "hello")),
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
}

// RFC 9110 6.4.1, 8.6, 15.3.6
TEST(opening_http, sends_no_body_with_a_status_that_has_none) {
    server server;
    server.play(get());
    EXPECT_EQ(server.opening->respond(answer(204, "x")),
              "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(server.opening->respond(answer(304, "x")),
              "HTTP/1.1 304 Not Modified\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(server.opening->respond(answer(205, "x")),
              "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(opening_http, answers_with_no_status_that_is_not_final) {
    server server;
    server.play(get());
    for (const std::uint16_t status : {0, 99, 100, 101, 199, 600, 65535}) {
        EXPECT_THAT(server.opening->respond(answer(status, "")), testing::StartsWith("HTTP/1.1 500 "));
        EXPECT_THAT(opening_handshake::refusal(status, "", {}), testing::StartsWith("HTTP/1.1 500 "));
    }
    for (const std::uint16_t status : {204, 205, 304}) {  // which refuse nothing, and have no content
        EXPECT_THAT(opening_handshake::refusal(status, "no", {}), testing::StartsWith("HTTP/1.1 500 "));
    }
    EXPECT_THAT(server.opening->respond(answer(299, "")), testing::StartsWith("HTTP/1.1 299 \r\n"));
}

TEST(opening_http, leaves_out_headers_that_would_break_the_answer) {
    server server;
    server.play(get());
    EXPECT_EQ(server.opening->respond(answer(200, "",
                                             {{"Content-Length", "9"},
                                              {"TRANSFER-ENCODING", "chunked"},
                                              {"Connection", "close"},
                                              {"X", "a\nb"},
                                              {"X:", "a"},
                                              {"Y", "b\tc"}})),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nY: b\tc\r\n\r\n");
}

TEST(opening_http, reads_a_further_request_after_a_reset) {
    server server;
    const auto two = "PUT /one HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"s + get();
    const auto first = server.play(two);
    server.opening->reset();

    const auto second = tests::receive(*server.opening, std::string_view{two}.substr(first.consumed));

    EXPECT_EQ(second.state, state::complete);
    EXPECT_EQ(first.consumed + second.consumed, two.size());
    EXPECT_EQ(server.opening->request().method, "GET");
    EXPECT_EQ(server.opening->request().body, "");
}

// --- refusals

TEST(opening_http, refuses_with_a_text_and_closes) {
    EXPECT_EQ(opening_handshake::refusal(403, "the handshake was refused", {{"X-Why", "origin"}}),
              "HTTP/1.1 403 Forbidden\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 25\r\n"
              "Connection: close\r\n"
              "X-Why: origin\r\n"
              "\r\n"
              "the handshake was refused");
}

// RFC 9110 7.8, 15.5.22; RFC 6455 4.4
TEST(opening_http, names_what_it_would_upgrade_to_with_426) {
    EXPECT_EQ(opening_handshake::refusal(426, "", {}),
              "HTTP/1.1 426 Upgrade Required\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 0\r\n"
              "Upgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\n"
              "Connection: Upgrade, close\r\n"
              "\r\n");
}

// RFC 9110 15.5.6, 15.6.4
TEST(opening_http, adds_what_405_and_503_need_unless_it_is_given) {
    using opening = opening_handshake;
    EXPECT_THAT(opening::refusal(405, "", {}), testing::HasSubstr("\r\nAllow: GET\r\n"));
    EXPECT_THAT(opening::refusal(503, "", {}), testing::HasSubstr("\r\nRetry-After: 5\r\n"));

    const auto allowed = opening::refusal(405, "", {{"allow", "GET, HEAD"}});
    const auto later = opening::refusal(503, "", {{"RETRY-AFTER", "60"}});
    const auto typed = opening::refusal(404, "{}", {{"content-type", "application/json"}});

    EXPECT_THAT(allowed, testing::AllOf(testing::HasSubstr("allow: GET, HEAD"),
                                        testing::Not(testing::HasSubstr("Allow:"))));
    EXPECT_THAT(later, testing::AllOf(testing::HasSubstr("AFTER: 60"),
                                      testing::Not(testing::HasSubstr("Retry-After"))));
    EXPECT_THAT(typed, testing::Not(testing::HasSubstr("text/plain")));
}

// A header that is not sent does not count as given.
TEST(opening_http, adds_what_is_needed_where_the_given_one_is_left_out) {
    EXPECT_THAT(opening_handshake::refusal(405, "", {{"Allow", "GET\r\nX: y"}}),
                testing::HasSubstr("\r\nAllow: GET\r\n\r\n"));
}

}  // namespace
}  // namespace pushwire::protocol
