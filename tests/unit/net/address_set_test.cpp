#include "net/address_set.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace pushwire::net {
namespace {

bool contains(std::vector<std::string> written, std::string_view text) {
    return address_set{written}.contains(parse_address(text).value());
}

TEST(an_address_set, has_the_addresses_that_it_names) {
    EXPECT_TRUE(contains({"192.0.2.7", "2001:db8::7"}, "192.0.2.7"));
    EXPECT_TRUE(contains({"192.0.2.7", "2001:db8::7"}, "2001:db8::7"));
    EXPECT_FALSE(contains({"192.0.2.7", "2001:db8::7"}, "192.0.2.6"));
    EXPECT_FALSE(contains({"192.0.2.7", "2001:db8::7"}, "2001:db8::"));
    EXPECT_FALSE(contains({}, "192.0.2.7"));
}

TEST(an_address_set, has_the_blocks_that_it_names_to_the_bit) {
    EXPECT_TRUE(contains({"10.0.0.0/8"}, "10.255.255.255"));
    EXPECT_FALSE(contains({"10.0.0.0/8"}, "11.0.0.0"));
    EXPECT_TRUE(contains({"192.0.2.0/25"}, "192.0.2.127"));
    EXPECT_FALSE(contains({"192.0.2.0/25"}, "192.0.2.128"));
    EXPECT_TRUE(contains({"2001:db8:8000::/33"}, "2001:db8:ffff::1"));
    EXPECT_FALSE(contains({"2001:db8:8000::/33"}, "2001:db8:7fff::1"));
    EXPECT_TRUE(contains({"0.0.0.0/0"}, "203.0.113.1"));
    EXPECT_FALSE(contains({"0.0.0.0/0"}, "2001:db8::1")) << "one family does not stand for the other";
    EXPECT_TRUE(contains({"10.9.8.7/8"}, "10.1.1.1")) << "the bits behind the prefix do not matter";
}

TEST(an_address_set, takes_a_mapped_address_for_what_it_is) {
    EXPECT_TRUE(contains({"192.0.2.0/24"}, "::ffff:192.0.2.9"));
}

TEST(an_address_set, knows_the_loopback_and_unix_peers) {
    EXPECT_TRUE(contains({"loopback"}, "127.0.0.1"));
    EXPECT_TRUE(contains({"loopback"}, "127.8.8.8"));
    EXPECT_TRUE(contains({"loopback"}, "::1"));
    EXPECT_FALSE(contains({"loopback"}, "::2"));
    const address unix_peer{.family = address_family::unix_path};
    EXPECT_FALSE((address_set{std::vector<std::string>{"loopback"}}.contains(unix_peer)));
    EXPECT_TRUE((address_set{std::vector<std::string>{"unix"}}.contains(unix_peer)));
    EXPECT_FALSE((address_set{std::vector<std::string>{"0.0.0.0/0", "::/0"}}.contains(address{})));
}

TEST(an_address_set, refuses_what_is_none_and_says_how_it_is_written) {
    for (const char* wrong : {"", "localhost", "10.0.0.0/33", "2001:db8::/129", "10.0.0.0/", "10.0.0.0/-1",
                              "10.0.0.0/8x", "[::1]", "10.0.0", "192.0.2.7:80", "10.0.0.0/8/8"}) {
        SCOPED_TRACE(wrong);
        try {
            const address_set taken{std::vector<std::string>{wrong}};
            ADD_FAILURE() << "it was taken";
        } catch (const std::invalid_argument& refused) {
            EXPECT_NE(std::string{refused.what()}.find("10.0.0.0/8, 2001:db8::/32"), std::string::npos);
        }
    }
}

TEST(the_loopback, is_all_of_127_and_one_of_ipv6) {
    EXPECT_TRUE(is_loopback(*parse_address("127.0.0.1")));
    EXPECT_TRUE(is_loopback(*parse_address("127.255.0.1")));
    EXPECT_TRUE(is_loopback(*parse_address("::1")));
    EXPECT_FALSE(is_loopback(*parse_address("128.0.0.1")));
    EXPECT_FALSE(is_loopback(*parse_address("::1:1")));
    EXPECT_FALSE(is_loopback({.family = address_family::unix_path}));
}

}  // namespace
}  // namespace pushwire::net
