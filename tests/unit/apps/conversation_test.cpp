#include "decode/conversation.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "decode/notation.hpp"

namespace pushwire::decode {
namespace {

using protocol::role;

beginning begin_of(std::string_view text) {
    return how_it_begins(as_bytes(text));
}

TEST(conversation, is_of_who_sends_http_or_masks) {
    EXPECT_EQ(begin_of("GET /chat HTTP/1.1\r\n").from, role::client);
    EXPECT_TRUE(begin_of("GET /chat HTTP/1.1\r\n").opening);
    EXPECT_TRUE(begin_of("OPTIONS * HT").opening);
    EXPECT_TRUE(begin_of("\r\nGET / HT").opening);
    EXPECT_EQ(begin_of("HTTP/1.1 101").from, role::server);
    EXPECT_TRUE(begin_of("HTTP/1.1 101").opening);
    EXPECT_EQ(begin_of("\x81\x85").from, role::client);
    EXPECT_FALSE(begin_of("\x81\x85").opening);
    EXPECT_EQ(begin_of("\x81\x05").from, role::server);
    EXPECT_FALSE(begin_of("FORGETTING / HTTP/1.1").opening);
    EXPECT_FALSE(begin_of("get / HTTP/1.1").opening);
    EXPECT_FALSE(begin_of("").opening);
}

TEST(conversation, takes_compression_from_what_a_server_answers) {
    const auto agreed = agreed_compression(
        "permessage-deflate; server_no_context_takeover; client_max_window_bits=9; "
        "server_max_window_bits=12");
    ASSERT_TRUE(agreed);
    EXPECT_TRUE(agreed->enabled);
    EXPECT_TRUE(agreed->server_no_context_takeover);
    EXPECT_FALSE(agreed->client_no_context_takeover);
    EXPECT_EQ(agreed->client_max_window_bits, 9);
    EXPECT_EQ(agreed->server_max_window_bits, 12);

    EXPECT_EQ(agreed_compression("gzip").error(), error::response_extension);
    EXPECT_EQ(agreed_compression("").error(), error::response_extension_malformed);
    EXPECT_EQ(agreed_compression("permessage-deflate; x").error(), error::response_deflate_parameter);
}

TEST(conversation, waits_for_the_response_that_is_final) {
    EXPECT_TRUE(is_unfinished_response(as_bytes("HTTP/1.1 101 Switching Protocols\r\n")));
    EXPECT_FALSE(is_unfinished_response(as_bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n")));
    EXPECT_TRUE(is_unfinished_response(as_bytes("HTTP/1.1 100 Continue\r\n\r\n")));
    EXPECT_FALSE(is_unfinished_response(as_bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 OK\r\n\r\n")));
    EXPECT_FALSE(is_unfinished_response(as_bytes("GET / HTTP/1.1\r\n")));
}

}  // namespace
}  // namespace pushwire::decode
