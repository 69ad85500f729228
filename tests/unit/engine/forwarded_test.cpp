#include "engine/forwarded.hpp"

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

/// The client that is seen behind `peer`, where 10.0.0.0/8 and Unix peers are trusted.
std::string client(std::string_view peer, const std::vector<std::string_view>& forwarded_for) {
    const net::address_set trusted{std::vector<std::string>{"10.0.0.0/8", "unix"}};
    std::vector<header_field> fields{{"Host", "x"}};
    for (const auto each : forwarded_for) fields.push_back({"X-Forwarded-For", each});
    auto from = peer == "unix" ? net::address{.family = net::address_family::unix_path}
                               : net::parse_address(peer).value();
    from.port = 9;
    const auto found = client_behind(from, header_fields{fields}, trusted);
    return to_string(found) + " " + std::to_string(found.port);
}

TEST(a_forwarded_address, is_ignored_from_those_who_are_not_trusted) {
    EXPECT_EQ(client("192.0.2.7", {"203.0.113.1"}), "192.0.2.7 9");
}

TEST(a_forwarded_address, is_taken_from_a_trusted_proxy) {
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1"}), "203.0.113.1 0");
    EXPECT_EQ(client("unix", {"2001:db8::7"}), "2001:db8::7 0");
    EXPECT_EQ(client("10.0.0.1", {}), "10.0.0.1 9");
}

TEST(a_forwarded_address, is_the_rightmost_that_is_not_a_proxy_s) {
    EXPECT_EQ(client("10.0.0.1", {"198.51.100.66, 203.0.113.1, 10.2.2.2 ,10.3.3.3"}), "203.0.113.1 0")
        << "what stands left of it, the client may have written itself";
    EXPECT_EQ(client("10.0.0.1", {"198.51.100.66", "203.0.113.1", "10.3.3.3"}), "203.0.113.1 0");
    EXPECT_EQ(client("10.0.0.1", {"10.2.2.2, 10.3.3.3"}), "10.2.2.2 0");
}

TEST(a_forwarded_address, ends_where_it_cannot_be_read) {
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1, unknown"}), "10.0.0.1 9");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1, nonsense, 10.3.3.3"}), "10.3.3.3 0");
    EXPECT_EQ(client("10.0.0.1", {""}), "10.0.0.1 9");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1,"}), "10.0.0.1 9");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1:x"}), "10.0.0.1 9");
    EXPECT_EQ(client("10.0.0.1", {"[2001:db8::7"}), "10.0.0.1 9");
}

TEST(a_forwarded_address, may_have_a_port_and_brackets) {
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1:51234"}), "203.0.113.1 51234");
    EXPECT_EQ(client("10.0.0.1", {"[2001:db8::7]:51234"}), "2001:db8::7 51234");
    EXPECT_EQ(client("10.0.0.1", {"[2001:db8::7]"}), "2001:db8::7 0");
    EXPECT_EQ(client("10.0.0.1", {"203.0.113.1, unix:"}), "203.0.113.1 0");
}

}  // namespace
}  // namespace pushwire::engine
