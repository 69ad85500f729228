#include "engine/address_limits.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

using namespace std::chrono_literals;

net::address at(std::string_view text, std::uint16_t port = 1) {
    auto read = net::parse_address(text).value();
    read.port = port;
    return read;
}

constexpr net::time_point start{1h};

TEST(an_address, has_so_many_connections_and_no_more) {
    address_limits tested{2, 0, 100};
    EXPECT_EQ(tested.enter(at("192.0.2.7", 1), start), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7", 2), start), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7", 3), start), error::too_many_from_address);
    EXPECT_EQ(tested.enter(at("192.0.2.8"), start), error::none);

    tested.leave(at("192.0.2.7", 1), start);
    EXPECT_EQ(tested.enter(at("192.0.2.7", 4), start), error::none);
}

TEST(an_address, of_ipv6_is_its_block_of_64_bits) {
    address_limits tested{1, 0, 100};
    EXPECT_EQ(tested.enter(at("2001:db8:0:1::1"), start), error::none);
    EXPECT_EQ(tested.enter(at("2001:db8:0:1:ffff::2"), start), error::too_many_from_address);
    EXPECT_EQ(tested.enter(at("2001:db8:0:2::1"), start), error::none);
}

TEST(an_address, comes_so_often_and_no_more) {
    address_limits tested{0, 2, 100};
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::address_too_fast);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 499ms), error::address_too_fast);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 500ms), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 500ms), error::address_too_fast);
    EXPECT_EQ(tested.enter(at("192.0.2.8"), start + 500ms), error::none);
}

TEST(an_address, is_held_to_its_rate_though_it_leaves_each_time) {
    address_limits tested{0, 1, 100};
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::none);
    tested.leave(at("192.0.2.7"), start);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 999ms), error::address_too_fast);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 1s), error::none);
}

TEST(an_address, that_is_turned_away_was_not_counted) {
    address_limits tested{1, 1000, 100};
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::none);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start), error::too_many_from_address);
    tested.leave(at("192.0.2.7"), start + 1s);
    EXPECT_EQ(tested.size(), 0u);
}

TEST(the_table_of_addresses, forgets_who_left) {
    address_limits tested{1, 0, 100};
    for (int i = 0; i < 1000; ++i) {
        net::address each{.family = net::address_family::ipv4};
        each.bytes = {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        EXPECT_EQ(tested.enter(each, start), error::none);
        tested.leave(each, start);
    }
    EXPECT_EQ(tested.size(), 0u);
}

TEST(the_table_of_addresses, stays_within_its_bound_whoever_comes) {
    address_limits tested{0, 1, 100};
    for (int i = 0; i < 10'000; ++i) {
        net::address each{.family = net::address_family::ipv4};
        each.bytes = {10, 0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        EXPECT_EQ(tested.enter(each, start), error::none);
        tested.leave(each, start);
        ASSERT_LE(tested.size(), 100u);
    }
    // Once they are old enough there is room for others.
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 2s), error::none);
    tested.leave(at("192.0.2.7"), start + 2s);
    EXPECT_EQ(tested.enter(at("192.0.2.7"), start + 2s), error::address_too_fast);
    EXPECT_EQ(tested.size(), 1u);
}

TEST(the_loopback_and_unix_peers, are_not_counted) {
    EXPECT_FALSE(address_limits::counts(at("127.0.0.1")));
    EXPECT_FALSE(address_limits::counts(at("::1")));
    EXPECT_FALSE(address_limits::counts({.family = net::address_family::unix_path}));
    EXPECT_TRUE(address_limits::counts(at("192.0.2.7")));
    EXPECT_TRUE(address_limits::counts(at("2001:db8::7")));
}

TEST(a_pace, allows_some_at_once_and_then_one_after_the_other) {
    const pace tested{10, 3};
    net::time_point next{};
    auto now = start;
    int taken = 0;
    for (int i = 0; i < 10; ++i) taken += tested.take(next, now) ? 1 : 0;
    EXPECT_EQ(taken, 3);
    EXPECT_EQ(tested.due(next), now + 100ms);
    EXPECT_FALSE(tested.take(next, now + 99ms));
    EXPECT_TRUE(tested.take(next, now + 100ms));

    now += 1h;  // a rest earns no more than that
    taken = 0;
    for (int i = 0; i < 10; ++i) taken += tested.take(next, now) ? 1 : 0;
    EXPECT_EQ(taken, 3);
}

}  // namespace
}  // namespace pushwire::engine
