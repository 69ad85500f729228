// The client's side of the opening handshake: the request it sends, and which responses complete it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/protocol/opening_player.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::string_literals;
using state = opening_handshake::state;

client_request request_of_rfc() {
    return {.host = "server.example.com",
            .target = "/chat",
            .subprotocols = {"chat", "superchat"},
            .headers = {{"Origin", "http://example.com"}},
            .key = "dGhlIHNhbXBsZSBub25jZQ=="};
}

constexpr std::string_view switching = "HTTP/1.1 101 Switching Protocols\r\n";
constexpr std::string_view upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
constexpr std::string_view accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

struct parts {
    std::string_view line = switching;
    std::string_view upgrade = protocol::upgrade;
    std::string_view accept = protocol::accept;
    std::string_view more = "";
};

std::string response_of(const parts& with) {
    std::string text{with.line};
    return text.append(with.upgrade).append(with.accept).append(with.more).append("\r\n");
}

struct client {
    session_settings settings{.role = role::client};
    client_request request = request_of_rfc();
    std::unique_ptr<opening_handshake> opening;

    opening_handshake::progress play(std::string_view input) {
        std::optional<opening_handshake::progress> first;
        for (const auto& cut : tests::cuttings(input)) {
            opening = std::make_unique<opening_handshake>(settings);
            EXPECT_NE(opening->open(request), "");
            const auto progress = tests::receive(*opening, cut);
            if (!first) first = progress;
            EXPECT_EQ(progress.state, first->state);
            EXPECT_EQ(describe(progress.why).name, describe(first->why).name);
            EXPECT_EQ(progress.consumed, first->consumed) << "in " << cut.size() << " pieces";
        }
        return *first;
    }
};

// --- the request

TEST(opening_client, sends_the_request_of_the_rfc) {
    client client;
    opening_handshake opening{client.settings};
    EXPECT_EQ(opening.open(client.request),
              "GET /chat HTTP/1.1\r\n"
              "Host: server.example.com\r\n"
              "Upgrade: websocket\r\n"
              "Connection: Upgrade\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Protocol: chat, superchat\r\n"
              "Origin: http://example.com\r\n"
              "\r\n");
    EXPECT_EQ(opening.response_status(), 0);
}

TEST(opening_client, sends_nothing_that_would_break_the_request) {
    client client;
    client.request.target = "a b\r\nX: y?\xc3\xa4#z";
    client.request.subprotocols = {"a b", "chat", "", "chat"};
    client.request.headers = {
        {"Host", "other"}, {"sec-websocket-version", "8"}, {"X", "a\r\nb"}, {"Cookie", "a=1"}};
    opening_handshake opening{client.settings};

    const auto text = opening.open(client.request);

    EXPECT_THAT(text, testing::StartsWith(
                          "GET /a%20b%0D%0AX:%20y?%C3%A4%23z HTTP/1.1\r\nHost: server.example.com\r\n"));
    EXPECT_THAT(text,
                testing::EndsWith("Version: 13\r\nSec-WebSocket-Protocol: chat\r\nCookie: a=1\r\n\r\n"));
}

TEST(opening_client, sends_what_a_server_takes) {
    client client;
    opening_handshake opening{client.settings};
    tests::server server;

    EXPECT_EQ(server.play(opening.open(client.request)).state, state::complete);
    const auto answer = server.opening->accept({.subprotocol = "superchat"});

    EXPECT_EQ(client.play(answer).state, state::complete);
    EXPECT_EQ(client.opening->subprotocol(), "superchat");
}

// --- the response

TEST(opening_client, completes_with_the_response_of_the_rfc_and_leaves_the_frames) {
    client client;
    const auto text = response_of({.more = "Sec-WebSocket-Protocol: chat\r\n"});

    const auto progress = client.play(text + "\x81\x05hello");

    EXPECT_EQ(progress.state, state::complete);
    EXPECT_EQ(progress.consumed, text.size());
    EXPECT_EQ(client.opening->subprotocol(), "chat");
    EXPECT_EQ(client.opening->response_status(), 101);
}

// RFC 9110 15.2
TEST(opening_client, passes_over_interim_responses) {
    client client;
    const auto interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"s;

    EXPECT_EQ(client.play(interim).state, state::incomplete);
    EXPECT_EQ(client.opening->response_status(), 0);
    EXPECT_EQ(client.play(interim + response_of({})).state, state::complete);
    EXPECT_EQ(client.play(interim + "HTTP/1.1 404 Not Found\r\n\r\n").why, error::response_status);
    EXPECT_EQ(client.opening->response_status(), 404);
}

TEST(opening_client, bounds_all_interim_responses_together) {
    client client;
    const auto interim = "HTTP/1.1 100 Continue\r\n\r\n"s;
    client.settings.limits.max_header = 10 * interim.size();
    std::string many;
    for (int i = 0; i < 11; ++i) many += interim;

    const auto progress = client.play(many);

    EXPECT_EQ(progress.why, error::response_header_too_large);
    EXPECT_EQ(progress.consumed, 10 * interim.size() + 1);
}

TEST(opening_client, tells_the_status_of_a_refusal) {
    client client;
    const auto progress = client.play("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n");
    EXPECT_EQ(progress.why, error::response_status);
    EXPECT_EQ(client.opening->response_status(), 403);
}

struct refused_sample {
    error row;
    std::string response;
};

class opening_client_refuses : public testing::TestWithParam<refused_sample> {};

TEST_P(opening_client_refuses, response) {
    client client;
    const auto progress = client.play(GetParam().response);
    EXPECT_EQ(progress.state, state::failed);
    EXPECT_EQ(describe(progress.why).name, describe(GetParam().row).name);
    EXPECT_EQ(client.opening->subprotocol(), "");
}

// RFC 6455 4.1, the list at its end
INSTANTIATE_TEST_SUITE_P(
    rules, opening_client_refuses,
    testing::Values(
        refused_sample{error::response_status, response_of({.line = "HTTP/1.1 200 OK\r\n"})},
        refused_sample{error::response_status, response_of({.line = "HTTP/1.1 301 \r\n", .accept = ""})},
        refused_sample{error::response_upgrade, response_of({.upgrade = ""})},
        refused_sample{error::response_upgrade, response_of({.upgrade = "Upgrade: websocket\r\n"})},
        refused_sample{error::response_upgrade, response_of({.upgrade = "Connection: Upgrade\r\n"})},
        refused_sample{error::response_upgrade,
                       response_of({.upgrade = "Upgrade: h2c\r\nConnection: Upgrade\r\n"})},
        refused_sample{error::response_accept, response_of({.accept = ""})},
        refused_sample{error::response_accept,
                       response_of({.accept = "Sec-WebSocket-Accept: s3ppLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"})},
        refused_sample{error::response_accept, response_of({.more = accept})},
        refused_sample{error::response_extension,
                       response_of({.more = "Sec-WebSocket-Extensions: permessage-deflate\r\n"})},
        refused_sample{error::response_subprotocol,
                       response_of({.more = "Sec-WebSocket-Protocol: mqtt\r\n"})},
        refused_sample{error::response_subprotocol,
                       response_of({.more = "Sec-WebSocket-Protocol: Chat\r\n"})},
        refused_sample{error::response_subprotocol,
                       response_of({.more = "Sec-WebSocket-Protocol: chat, superchat\r\n"})},
        refused_sample{error::response_subprotocol, response_of({.more = "Sec-WebSocket-Protocol:\r\n"})},
        refused_sample{
            error::response_subprotocol,
            response_of({.more = "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"})},
        refused_sample{error::response_malformed, response_of({.line = "HTTP/1.0 101 Switching\r\n"})},
        refused_sample{error::response_malformed, "HTTP/2 101\r\n"},
        refused_sample{error::response_malformed, "\r\n"},
        refused_sample{error::response_malformed, "ICY 200 OK\r\n"},
        refused_sample{error::response_malformed, "HTTP/1.1 1O1 x\r\n"},
        refused_sample{error::response_malformed, "HTTP/1.1 1010 x\r\n"},
        refused_sample{error::response_malformed, "HTTP/1.1 101\r\n"},
        refused_sample{error::response_malformed, "HTTP/1.1 101 a\x01"},
        refused_sample{error::response_malformed, response_of({.more = "X: a\r\n b\r\n"})},
        refused_sample{error::response_malformed, response_of({.more = "X : a\r\n"})},
        refused_sample{error::response_header_too_large, std::string{switching} + std::string(20'000, 'x')}));

TEST(opening_client, takes_names_and_tokens_in_any_case) {
    client client;
    EXPECT_EQ(client.play(response_of({.upgrade = "upgrade: WebSocket\r\nCONNECTION: x, upgrade\r\n"})).state,
              state::complete);
}

}  // namespace
}  // namespace pushwire::protocol
