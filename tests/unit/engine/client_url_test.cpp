#include "engine/client_url.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

TEST(a_client_url, says_where_the_server_is) {
    const auto plain = parse_client_url("ws://example.org");
    EXPECT_FALSE(plain.tls);
    EXPECT_EQ(plain.host, "example.org");
    EXPECT_EQ(plain.port, 80);
    EXPECT_EQ(plain.target, "/");
    EXPECT_EQ(plain.authority(), "example.org");
    EXPECT_EQ(plain.place(), "example.org:80");

    const auto secure = parse_client_url("wss://example.org:9502/chat?room=1");
    EXPECT_TRUE(secure.tls);
    EXPECT_EQ(secure.port, 9502);
    EXPECT_EQ(secure.target, "/chat?room=1");
    EXPECT_EQ(secure.authority(), "example.org:9502");

    EXPECT_EQ(parse_client_url("wss://example.org:443/").authority(), "example.org");
    EXPECT_EQ(parse_client_url("ws://example.org:443/").authority(), "example.org:443");
    EXPECT_EQ(parse_client_url("ws://example.org?x=1").target, "/?x=1");
    EXPECT_EQ(parse_client_url("ws://example.org:/x").port, 80);
}

TEST(a_client_url, has_addresses_of_ipv6_in_brackets) {
    const auto read = parse_client_url("ws://[2001:db8::7]:9502/x");
    EXPECT_EQ(read.host, "2001:db8::7");
    EXPECT_EQ(read.port, 9502);
    EXPECT_EQ(read.authority(), "[2001:db8::7]:9502");
    EXPECT_EQ(parse_client_url("ws://[::1]").authority(), "[::1]");
}

TEST(a_client_url, can_name_a_unix_socket) {
    const auto read = parse_client_url("ws+unix:/run/server.sock");
    EXPECT_EQ(read.unix_path, "/run/server.sock");
    EXPECT_EQ(read.target, "/");
    EXPECT_EQ(read.authority(), "localhost");
    EXPECT_EQ(read.place(), "unix:/run/server.sock");
    EXPECT_EQ(parse_client_url("ws+unix:/run/server.sock:/chat?x=1").target, "/chat?x=1");
}

TEST(a_client_url, says_what_is_wrong_with_it) {
    for (const auto& [text, why] : {
             std::pair{"example.org", "begins neither"},
             {"http://example.org", "begins neither"},
             {"ws://", "names no host"},
             {"ws://:80/", "names no host"},
             {"ws://example.org:0", "has no port"},
             {"ws://example.org:65536", "has no port"},
             {"ws://example.org:12x", "has no port"},
             {"ws://[::1", "bracket"},
             {"ws://[::1]x", "has no port"},
             {"ws://::1/", "without brackets"},
             {"ws://me:secret@example.org/", "user name"},
             {"ws://example.org/#top", "fragment"},
             {"ws://example.org/a b", "percent-encoded"},
             {"ws://example.org/a\r\nX: y", "percent-encoded"},
             {"ws://example.org/\xc3\xa9", "percent-encoded"},
             {"ws://exam[ple.org/", "that no host has"},
             {"ws://exa<mple/", "that no host has"},
             {"ws://[localhost]/", "no address of IPv6"},
             {"ws://[::1%[]/", "no address of IPv6"},
             {"ws+unix:relative", "whole path"},
             {"ws+unix:/socket:/a b", "percent-encoded"},
             {"ws+unix:/socket:/a\r\nX: y", "percent-encoded"},
             {"ws+unix:/socket:/#top", "fragment"},
             {"ws+unix:/socket:chat", "no path"},
         }) {
        try {
            (void)parse_client_url(text);
            ADD_FAILURE() << text << " was taken";
        } catch (const std::invalid_argument& refused) {
            EXPECT_THAT(refused.what(),
                        testing::AllOf(testing::HasSubstr(why), testing::HasSubstr("write ws://")));
        }
    }
}

TEST(a_client_url, that_is_refused_is_shown_without_what_a_terminal_obeys) {
    using namespace std::string_view_literals;
    const auto refusal_of = [](std::string_view text) {
        try {
            (void)parse_client_url(text);
        } catch (const std::invalid_argument& refused) {
            return std::string{refused.what()};
        }
        return std::string{"it was taken"};
    };
    EXPECT_THAT(refusal_of("ws://example.org/\x1b[2J\0a"sv),
                testing::AllOf(testing::StartsWith(R"("ws://example.org/\x1b[2J\x00a")"),
                               testing::HasSubstr("write ws://")));
    EXPECT_THAT(refusal_of("ws+unix:/so\0cket:/"sv), testing::HasSubstr("zero"));
}

}  // namespace
}  // namespace pushwire::engine
