// Endpoints and addresses as text.

#include "net/address.hpp"

#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace pushwire::net {
namespace {

using testing::HasSubstr;

std::string refusal_of(std::string_view text) {
    try {
        return "accepted as " + to_string(parse_endpoint(text));
    } catch (const std::invalid_argument& refused) {
        return refused.what();
    }
}

address ipv6(const char* text) {
    sockaddr_storage from{};
    auto& v6 = reinterpret_cast<sockaddr_in6&>(from);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(443);
    ::inet_pton(AF_INET6, text, &v6.sin6_addr);
    return to_address(from);
}

TEST(endpoint, is_written_as_it_was_read) {
    for (const auto* text :
         {"127.0.0.1:0", "localhost:65535", "*:9502", "[::1]:80", "[::]:1", "unix:/run/a:b", "unix:b"}) {
        EXPECT_EQ(to_string(parse_endpoint(text)), text);
    }
}

TEST(endpoint, has_a_host_and_a_port_or_a_path) {
    EXPECT_EQ(parse_endpoint("[2001:db8::7]:9502"),
              (endpoint{.host = "2001:db8::7", .port = 9502, .unix_path = {}}));
    EXPECT_EQ(parse_endpoint("unix:/run/x"), (endpoint{.host = {}, .port = 0, .unix_path = "/run/x"}));
}

TEST(endpoint, is_refused_with_what_is_wrong_and_how_it_is_written) {
    const std::pair<const char*, const char*> refused[] = {
        {"", "empty"},
        {"localhost", "the port is missing"},
        {"localhost:", "the port is missing"},
        {"[::1]", "the port is missing"},
        {"[::1", "bracket is missing"},
        {"[]:80", "the host is missing"},
        {":80", "the host is missing"},
        {"::1:80", "stands in brackets"},
        {"a:b", "must be a number"},
        {"a:80x", "must be a number"},
        {"a:-1", "must be a number"},
        {"a:65536", "at most 65535"},
        {"a:99999999999999999999", "at most 65535"},
        {"ws://a:80", "without a scheme"},
        {"unix:", "the path is missing"},
    };
    for (const auto& [text, why] : refused) {
        EXPECT_THAT(refusal_of(text), testing::AllOf(HasSubstr(why), HasSubstr("host:port"))) << text;
    }
}

TEST(address, is_written_as_is_usual) {
    EXPECT_EQ(to_string(address{}), "none");
    EXPECT_EQ(to_string(address{.family = address_family::unix_path}), "unix");
    EXPECT_EQ(to_string(address{.family = address_family::ipv4, .bytes = {192, 0, 2, 7}}), "192.0.2.7");
    EXPECT_EQ(to_string(address{.family = address_family::ipv4, .bytes = {9, 10, 99, 100}}), "9.10.99.100");
    EXPECT_EQ(to_string(address{.family = address_family::ipv4, .bytes = {255, 105, 200, 0}}),
              "255.105.200.0");
    EXPECT_EQ(to_string(ipv6("2001:db8:0:0::7")), "2001:db8::7");
}

TEST(address, is_the_ipv4_one_that_is_mapped_to_ipv6) {
    const address mapped = ipv6("::ffff:192.0.2.7");

    EXPECT_EQ(mapped, (address{.family = address_family::ipv4, .port = 443, .bytes = {192, 0, 2, 7}}));
    address raw{.family = address_family::ipv6};
    raw.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7};
    EXPECT_EQ(to_string(raw), "192.0.2.7");
}

TEST(address, of_an_unknown_family_is_none) {
    EXPECT_EQ(to_address(sockaddr_storage{}), address{});
}

}  // namespace
}  // namespace pushwire::net
