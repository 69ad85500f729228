#include "bench/target.hpp"

#include <string>

#include <gtest/gtest.h>

#include "command.hpp"

namespace pushwire::bench {
namespace {

TEST(target, reads_what_a_url_says) {
    const auto of = parse_target("wss://example.org:8443/echo?a=b");
    EXPECT_TRUE(of.websocket);
    EXPECT_TRUE(of.tls);
    EXPECT_EQ(of.host, "example.org");
    EXPECT_EQ(of.port, 8443);
    EXPECT_EQ(of.path, "/echo?a=b");
    EXPECT_EQ(of.authority(), "example.org:8443");
}

TEST(target, assumes_the_ports_of_http_and_the_root) {
    EXPECT_EQ(parse_target("ws://localhost").port, 80);
    EXPECT_EQ(parse_target("wss://localhost").port, 443);
    EXPECT_EQ(parse_target("ws://localhost").path, "/");
    EXPECT_EQ(parse_target("ws://localhost?a").path, "/?a");
}

TEST(target, takes_ipv6_addresses_in_brackets) {
    const auto of = parse_target("ws://[::1]:9502/");
    EXPECT_EQ(of.host, "::1");
    EXPECT_EQ(of.authority(), "[::1]:9502");
}

TEST(target, knows_raw_connections) {
    const auto of = parse_target("tcp://127.0.0.1:7");
    EXPECT_FALSE(of.websocket);
    EXPECT_FALSE(of.tls);
}

TEST(target, refuses_what_it_cannot_ask_for) {
    for (const std::string url :
         {"", "localhost:80", "http://localhost/", "ws://", "ws://:80/", "ws://localhost:/",
          "ws://localhost:0/", "ws://localhost:65536/", "ws://localhost:80x/", "ws://[::1/", "ws://[]:80/",
          "ws://::1:80/", "ws://me@localhost/", "ws://localhost/#top", "ws://localhost/a b",
          "ws://localhost/\r\nX: y", "tcp://localhost", "tcp://localhost:7/echo"}) {
        EXPECT_THROW(static_cast<void>(parse_target(url)), cli::usage_error) << url;
    }
}

TEST(target, finds_the_address_of_a_number_without_asking_anyone) {
    EXPECT_TRUE(resolve(parse_target("tcp://127.0.0.1:1")).is_ipv4_loopback());
    EXPECT_FALSE(resolve(parse_target("tcp://[::1]:1")).is_ipv4_loopback());
}

}  // namespace
}  // namespace pushwire::bench
