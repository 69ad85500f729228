// The server's side of the opening handshake: which requests it takes, and with which row it refuses the others. Each
// sample is fed whole, byte by byte, and cut at random places.

#include "protocol/opening_handshake.hpp"

#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/protocol/opening_player.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::string_literals;
using tests::receive;
using tests::row_for;
using tests::server;
using state = opening_handshake::state;

constexpr std::string_view line_of_rfc = "GET /chat?room=1 HTTP/1.1\r\n";
constexpr std::string_view host_of_rfc = "Host: server.example.com\r\n";
constexpr std::string_view upgrade_of_rfc = "Upgrade: websocket\r\n";
constexpr std::string_view connection_of_rfc = "Connection: Upgrade\r\n";
constexpr std::string_view key_of_rfc = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
constexpr std::string_view version_of_rfc = "Sec-WebSocket-Version: 13\r\n";

// A well-formed handshake with one of its parts replaced, or more fields at its end.
struct parts {
    std::string_view line = line_of_rfc;
    std::string_view host = host_of_rfc;
    std::string_view upgrade = upgrade_of_rfc;
    std::string_view connection = connection_of_rfc;
    std::string_view key = key_of_rfc;
    std::string_view version = version_of_rfc;
    std::string_view more = "";
};

std::string handshake(const parts& with = {}) {
    std::string text;
    for (const auto part :
         {with.line, with.host, with.upgrade, with.connection, with.key, with.version, with.more}) {
        text += part;
    }
    return text + "\r\n";
}

// --- well-formed handshakes

TEST(opening_handshake, takes_the_request_of_the_rfc) {
    server server;
    const auto text = handshake({.more = "Origin: http://example.com\r\n"});

    const auto progress = server.play(text + "frames");

    EXPECT_EQ(progress.state, state::complete);
    EXPECT_EQ(progress.consumed, text.size());
    EXPECT_TRUE(server.opening->is_handshake());
    const auto& request = server.opening->request();
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.path, "/chat");
    EXPECT_EQ(request.query, "room=1");
    EXPECT_EQ(request.headers.size(), 6u);
    EXPECT_EQ(request.headers["origin"], "http://example.com");
    EXPECT_EQ(request.body, "");
    EXPECT_FALSE(request.fd);
}

TEST(opening_handshake, asks_for_nothing_more_once_it_is_complete_or_failed) {
    server good;
    server bad;
    good.play(handshake());
    bad.play("\x16\x03\x01");

    const auto complete = receive(*good.opening, "more");
    const auto failed = receive(*bad.opening, "more");

    EXPECT_EQ(complete.state, state::complete);
    EXPECT_EQ(complete.consumed, 0u);
    EXPECT_EQ(failed.state, state::failed);
    EXPECT_EQ(failed.why, error::request_malformed);
    EXPECT_EQ(failed.consumed, 0u);
}

// RFC 6455 4.2.1
TEST(opening_handshake, finds_the_tokens_in_any_case_among_others_and_over_several_fields) {
    for (const std::string_view upgrade : {"Upgrade: WebSocket\r\n", "upgrade:abc, websocket, def\r\n",
                                           "Upgrade: h2c, HTTP/2.0\r\nUPGRADE: ,\t,WEBSOCKET\r\n"}) {
        for (const std::string_view connection :
             {"Connection: keep-alive, Upgrade\r\n",
              "connection: keep-alive\r\nCONNECTION: UPGRADE , close\r\n"}) {
            server server;
            EXPECT_EQ(server.play(handshake({.upgrade = upgrade, .connection = connection})).state,
                      state::complete);
            EXPECT_TRUE(server.opening->is_handshake());
        }
    }
}

TEST(opening_handshake, takes_a_request_without_the_token_for_a_plain_one) {
    for (const std::string_view upgrade : {"", "Upgrade: h2c\r\n", "Upgrade: websockets\r\n",
                                           "Upgrade: websocket/13\r\n", "Upgrade: web socket\r\n"}) {
        server server;
        EXPECT_EQ(server.play(handshake({.upgrade = upgrade})).state, state::complete);
        EXPECT_FALSE(server.opening->is_handshake());
    }
}

// RFC 6455 4.1, 11.3.1, and RFC 4648 3.5
TEST(opening_handshake, takes_a_key_whose_spare_bits_are_set_as_in_the_example_of_the_rfc) {
    EXPECT_EQ(row_for(handshake({.key = "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n"})), "none");
}

// --- refused handshakes

struct refused_sample {
    std::string_view name;
    parts with;
};

class opening_refuses : public testing::TestWithParam<refused_sample> {};

TEST_P(opening_refuses, with_the_row_of) {
    const std::string_view name = GetParam().name;
    EXPECT_EQ(row_for(handshake(GetParam().with)), name.substr(0, name.find(' ')));
}

INSTANTIATE_TEST_SUITE_P(
    rules, opening_refuses,
    testing::Values(
        refused_sample{"method_not_get", {.line = "POST / HTTP/1.1\r\n"}},
        refused_sample{"method_not_get in lower case", {.line = "get / HTTP/1.1\r\n"}},
        refused_sample{"request_version of HTTP/1.0", {.line = "GET / HTTP/1.0\r\n"}},
        refused_sample{"request_host missing", {.host = ""}},
        refused_sample{"request_host twice", {.host = "Host: a\r\nHost: a\r\n"}},
        refused_sample{"request_host with a path", {.host = "Host: a/b\r\n"}},
        refused_sample{"request_host merged", {.host = "Host: a, b\r\n"}},
        refused_sample{"request_host with a user", {.host = "Host: user@a\r\n"}},
        refused_sample{"request_host other than the target's", {.line = "GET http://other/ HTTP/1.1\r\n"}},
        refused_sample{"connection_not_upgrade missing", {.connection = ""}},
        refused_sample{"connection_not_upgrade other",
                       {.connection = "Connection: keep-alive, upgraded\r\n"}},
        refused_sample{"version_unsupported missing", {.version = ""}},
        refused_sample{"version_unsupported old", {.version = "Sec-WebSocket-Version: 8\r\n"}},
        refused_sample{"version_unsupported zero", {.version = "Sec-WebSocket-Version: 013\r\n"}},
        refused_sample{"version_unsupported list", {.version = "Sec-WebSocket-Version: 13, 8\r\n"}},
        refused_sample{"version_unsupported twice",
                       {.version = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n"}},
        refused_sample{"key_missing", {.key = ""}},
        refused_sample{"key_missing twice",
                       {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}},
        refused_sample{"key_malformed empty", {.key = "Sec-WebSocket-Key:\r\n"}},
        refused_sample{"key_malformed 15 bytes", {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n"}},
        refused_sample{"key_malformed 17 bytes", {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQE=\r\n"}},
        refused_sample{"key_malformed 18 bytes", {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQEB\r\n"}},
        refused_sample{"key_malformed unpadded", {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n"}},
        refused_sample{"key_malformed alphabet", {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25_ZQ==\r\n"}},
        refused_sample{"key_malformed padding inside",
                       {.key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j=Q==\r\n"}},
        refused_sample{"subprotocol_malformed empty", {.more = "Sec-WebSocket-Protocol:\r\n"}},
        refused_sample{"subprotocol_malformed commas", {.more = "Sec-WebSocket-Protocol: , ,\r\n"}},
        refused_sample{"subprotocol_malformed no token", {.more = "Sec-WebSocket-Protocol: chat, a b\r\n"}},
        refused_sample{"subprotocol_malformed quoted", {.more = "Sec-WebSocket-Protocol: \"chat\"\r\n"}},
        refused_sample{"subprotocol_malformed twice", {.more = "Sec-WebSocket-Protocol: chat, a, chat\r\n"}},
        refused_sample{"subprotocol_malformed twice over fields",
                       {.more = "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"}},
        refused_sample{"extension_malformed empty", {.more = "Sec-WebSocket-Extensions:\r\n"}},
        refused_sample{"extension_malformed no value", {.more = "Sec-WebSocket-Extensions: a; b=\r\n"}},
        refused_sample{"extension_malformed one of two",
                       {.more = "Sec-WebSocket-Extensions: a\r\nSec-WebSocket-Extensions: ;\r\n"}},
        refused_sample{"request_malformed with a body", {.more = "Content-Length: 1\r\n"}},
        refused_sample{"request_malformed with a chunked body", {.more = "Transfer-Encoding: chunked\r\n"}},
        refused_sample{"request_malformed with a large body", {.more = "Content-Length: 99999999999\r\n"}}),
    [](const auto& sample) {
        std::string name{sample.param.name};
        for (char& c : name) {
            if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
        }
        return name;
    });

// Where several rules are broken, the first in the order of RFC 6455 4.2.1 is told.
TEST(opening_handshake, checks_the_rules_in_their_order) {
    parts with{.line = "PUT / HTTP/1.0\r\n",
               .host = "",
               .connection = "",
               .key = "",
               .version = "",
               .more = "Sec-WebSocket-Protocol:\r\nSec-WebSocket-Extensions:\r\nContent-Length: 1\r\n"};
    std::vector<std::string_view> rows;
    const auto note = [&] { rows.push_back(row_for(handshake(with))); };

    note(), with.line = "GET / HTTP/1.0\r\n";
    note(), with.line = line_of_rfc;
    note(), with.host = host_of_rfc;
    note(), with.connection = connection_of_rfc;
    note(), with.version = version_of_rfc;
    note(), with.key = "Sec-WebSocket-Key: x\r\n";
    note(), with.key = key_of_rfc;
    note(), with.more = "Sec-WebSocket-Extensions:\r\nContent-Length: 1\r\n";
    note(), with.more = "Content-Length: 1\r\n";
    note(), with.more = "Content-Length: 0\r\n";
    note();

    EXPECT_THAT(rows, testing::ElementsAre("method_not_get", "request_version", "request_host",
                                           "connection_not_upgrade", "version_unsupported", "key_missing",
                                           "key_malformed", "subprotocol_malformed", "extension_malformed",
                                           "request_malformed", "none"));
}

TEST(opening_handshake, ignores_well_formed_extensions) {
    server server;
    const auto answer = server.accept(handshake(
        {.more = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x; y=\"z\"\r\n"}));
    EXPECT_THAT(answer, testing::Not(testing::HasSubstr("Extensions")));
}

// --- 101

// RFC 6455 1.3
TEST(opening_handshake, accepts_with_the_response_of_the_rfc) {
    server server;
    EXPECT_EQ(server.accept(handshake()),
              "HTTP/1.1 101 Switching Protocols\r\n"
              "Upgrade: websocket\r\n"
              "Connection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
              "\r\n");
    EXPECT_EQ(server.opening->subprotocol(), "");
}

TEST(accept_key, answers_the_samples) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(accept_key("x3JJHMbDL1EzLkh9GBhXDw=="), "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
}

constexpr std::string_view three = "Sec-WebSocket-Protocol: soap, chat\r\nSec-WebSocket-Protocol: mqtt\r\n";

// RFC 6455 4.2.2, /subprotocol/
TEST(opening_handshake, chooses_the_first_offered_sub_protocol_that_it_speaks) {
    server server{{.subprotocols = {"mqtt", "chat"}}};

    const auto answer = server.accept(handshake({.more = three}));

    EXPECT_THAT(answer, testing::HasSubstr("\r\nSec-WebSocket-Protocol: chat\r\n"));
    EXPECT_EQ(server.opening->subprotocol(), "chat");
    EXPECT_EQ(server.opening->request().subprotocol, "chat");
}

TEST(opening_handshake, lets_the_application_choose_among_the_offered_sub_protocols) {
    server server{{.subprotocols = {"chat"}}};
    const auto answer = server.accept(handshake({.more = three}), {.subprotocol = "mqtt"});
    EXPECT_THAT(answer, testing::HasSubstr("\r\nSec-WebSocket-Protocol: mqtt\r\n"));
    EXPECT_EQ(server.opening->subprotocol(), "mqtt");
}

TEST(opening_handshake, does_not_send_a_sub_protocol_that_was_not_offered) {
    for (const auto& with :
         {acceptance{.subprotocol = "amqp"}, acceptance{.subprotocol = "CHAT"}, acceptance{}}) {
        server server{{.subprotocols = {"amqp"}}};
        const auto answer = server.accept(handshake({.more = three}), with);
        EXPECT_THAT(answer, testing::Not(testing::HasSubstr("Protocol:")));
        EXPECT_EQ(server.opening->subprotocol(), "");
    }
}

TEST(opening_handshake, leaves_out_added_headers_that_would_break_the_response) {
    server server;
    const auto answer =
        server.accept(handshake(), {.headers = {{"X-Node", "7"},
                                                {"connection", "close"},
                                                {"Sec-WebSocket-Extensions", "permessage-deflate"},
                                                {"Content-Length", "5"},
                                                {"X-Split", "a\r\nX-More: b"},
                                                {"X-Zero", "a\0b"s},
                                                {"X Name", "a"},
                                                {"", "a"},
                                                {"Set-Cookie", "a=1"},
                                                {"Set-Cookie", "b=2"}}});
    EXPECT_THAT(answer, testing::EndsWith("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                                          "X-Node: 7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"));
}

// --- bounds

TEST(opening_handshake, takes_a_head_up_to_its_bound_and_refuses_the_byte_after_it) {
    const auto text = handshake();
    limits exact;
    exact.max_header = text.size();
    limits short_by_one;
    short_by_one.max_header = text.size() - 1;

    EXPECT_EQ(row_for(text, exact), "none");
    EXPECT_EQ(row_for("\r\n" + text, exact), "none");
    EXPECT_EQ(row_for(text, short_by_one), "request_header_too_large");
}

TEST(opening_handshake, does_not_wait_for_a_line_end_to_refuse_a_head_that_is_too_large) {
    for (const auto& begin : {"G"s, "GET /"s, "GET / HTTP/1.1\r\nX"s, "GET / HTTP/1.1\r\nX:"s}) {
        limits with;
        with.max_header = 100;
        session_settings settings;
        settings.limits = with;
        server server{settings};

        const auto progress = server.play(begin + std::string(200, 'a'));

        EXPECT_EQ(progress.why, error::request_header_too_large);
        EXPECT_EQ(progress.consumed, 101u);
    }
}

TEST(opening_handshake, bounds_the_number_of_fields) {
    limits with;
    with.max_header_fields = 5;
    EXPECT_EQ(row_for(handshake(), with), "none");
    EXPECT_EQ(row_for(handshake({.more = "X:\r\n"}), with), "request_too_many_fields");
}

// With a square of work, this would take hours.
TEST(opening_handshake, takes_a_large_head_and_body_byte_by_byte) {
    session_settings settings;
    settings.limits.max_header = 2'000'000;
    settings.limits.max_body = 2'000'000;
    opening_handshake opening{settings};
    std::string text = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: ";
    text += std::string(1'000'000, 'x') + "\r\n\r\nF4240;" + std::string(900'000, 'e') + "\r\n";
    text += std::string(1'000'000, 'b') + "\r\n0\r\nY: " + std::string(1'000'000, 'y') + "\r\n\r\n";

    auto reached = state::incomplete;
    for (const char& c : text) reached = receive(opening, std::string_view{&c, 1}).state;

    EXPECT_EQ(reached, state::complete);
    EXPECT_EQ(opening.request().body.size(), 1'000'000u);
    EXPECT_EQ(opening.request().headers["x"].size(), 1'000'000u);
}

TEST(opening_handshake, takes_many_sub_protocols_without_a_square_of_work) {
    std::string names = "Sec-WebSocket-Protocol: a0";
    for (int i = 1; names.size() < 1'000'000; ++i) names += ",a" + std::to_string(i);
    session_settings settings;
    settings.limits.max_header = 2'000'000;
    opening_handshake opening{settings};

    const auto text = handshake({.more = names + "\r\n"});

    EXPECT_EQ(receive(opening, text).state, state::complete);
}

// --- anything at all

// A mutated request ends the same way in every cutting, and never takes what follows it.
TEST(opening_handshake, ends_a_mutated_request_in_one_way) {
    const auto plain =
        "POST http://a/x?y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2;x=\"y\"\r\nab\r\n0\r\nZ: z\r\n\r\n"s;
    const auto samples = {
        handshake({.more = "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: a; b=\"c\"\r\n"}),
        plain, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab"s};
    const auto telling = "\r\n\t\0 :,;=\"\\/#%0123456789aAfFgGzZ\x7f\x80\xff"s;
    limits close;
    close.max_body = 3;
    close.max_header = samples.begin()->size() + 1;
    close.max_header_fields = 7;
    std::set<std::string_view> rows;
    for (std::uint32_t seed = 1; seed <= 1500; ++seed) {
        std::mt19937 random{seed};
        for (auto text : samples) {
            for (auto times = 1 + random() % 3; times > 0; --times) {
                const auto at = random() % text.size();
                const char c = telling[random() % telling.size()];
                switch (random() % 3) {
                    case 0:
                        text[at] = c;
                        break;
                    case 1:
                        text.insert(at, 1, c);
                        break;
                    default:
                        text.erase(at, 1 + random() % 4);
                        break;
                }
            }
            SCOPED_TRACE(testing::Message() << "seed " << seed << ": " << testing::PrintToString(text));
            rows.insert(row_for(text, close));
            if (testing::Test::HasFailure()) return;
        }
    }
    EXPECT_THAT(rows,
                testing::IsSupersetOf({"none", "incomplete", "request_malformed", "request_header_folded",
                                       "request_host", "request_version", "request_body_too_large",
                                       "request_header_too_large", "request_too_many_fields"}));
}

}  // namespace
}  // namespace pushwire::protocol
