// Sockets that are still connecting when a loop takes them over, and how a client finds where to connect to.

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <netinet/in.h>

#include "net/connecting.hpp"
#include "support/loopback.hpp"
#include "unit/net/recorder.hpp"
#include "unit/net/sockets.hpp"

namespace pushwire::net {
namespace {

using support::loopback;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A port that nobody listens at.
std::uint16_t free_port() {
    return bind({"127.0.0.1", 0, {}}, {}).where.port;
}

class loop_connect : public with_loop {
  protected:
    void connect(const remote_place& to) {
        auto begun = begin_to_connect(to);
        ASSERT_TRUE(begun.socket) << begun.why.message();
        loop_->connect(stream_, begun.socket.release());
    }

    recording_stream stream_;
};

TEST_F(loop_connect, tells_that_it_has_connected_and_then_carries_bytes) {
    const auto where = net::listen({"127.0.0.1", 0, {}}, {});
    connect(loopback(where.where.port));
    ASSERT_TRUE(turn_until([&] { return stream_.times_writable == 1; }));
    EXPECT_EQ(stream_.order, "s");

    const unique_descriptor peer{::accept4(where.sockets[0].get(), nullptr, nullptr, SOCK_CLOEXEC)};
    ASSERT_TRUE(peer);
    wait_at_most_20_s(peer);
    EXPECT_EQ(send(stream_, "hello").sent, 5U);
    EXPECT_EQ(read_all(peer, 5), "hello");
    write_all(peer, "hello yourself");
    ASSERT_TRUE(turn_until([&] { return stream_.received == "hello yourself"; }));
    EXPECT_TRUE(rests());
    close(stream_);
}

TEST_F(loop_connect, tells_once_that_nobody_is_there) {
    connect(loopback(free_port()));
    ASSERT_TRUE(turn_until([&] { return !stream_.failures.empty(); }));
    EXPECT_TRUE(rests());
    EXPECT_EQ(stream_.order, "f");
    EXPECT_THAT(stream_.failures, ElementsAre(std::error_code{ECONNREFUSED, std::system_category()}));
    close(stream_);
}

TEST_F(loop_connect, can_be_given_up_before_it_has_connected) {
    const auto where = net::listen({"127.0.0.1", 0, {}}, {});
    connect(loopback(where.where.port));
    close(stream_);
    EXPECT_EQ(stream_.order, "x");
}

TEST(a_lookup, finds_the_addresses_of_a_name_and_of_a_number) {
    for (const std::string host : {"localhost", "127.0.0.1"}) {
        std::promise<lookup::outcome> promised;
        const lookup asked{host, 9502, [&](lookup::outcome found) { promised.set_value(std::move(found)); }};
        const auto found = promised.get_future().get();
        ASSERT_FALSE(found.places.empty()) << found.why;
        for (const auto& each : found.places)
            EXPECT_TRUE(each.family() == AF_INET || each.family() == AF_INET6);
    }
}

TEST(a_lookup, says_why_it_found_nothing) {
    std::promise<lookup::outcome> promised;
    const lookup asked{std::string(64, 'x') + ".invalid",
                       9502,  // RFC 1035 2.3.4: no name server need be asked

                       [&](lookup::outcome found) { promised.set_value(std::move(found)); }};
    const auto found = promised.get_future().get();
    EXPECT_TRUE(found.places.empty());
    EXPECT_NE(found.why, "");
}

TEST(a_lookup, tells_nobody_who_does_not_want_to_know_any_more) {
    for (int i = 0; i < 100; ++i) {
        bool gone = false;
        {
            const lookup asked{"localhost", 9502, [&](const lookup::outcome&) { EXPECT_FALSE(gone); }};
        }
        gone = true;
    }
}

/// As the system finds them, at ports that tell them apart.
std::vector<std::uint16_t> ports_in_turn(const std::vector<int>& families) {
    std::vector<sockaddr_in6> addresses(
        families.size());  // the longest; the port is at the same place in all
    std::vector<addrinfo> found(families.size());
    for (std::size_t i = 0; i < families.size(); ++i) {
        addresses[i].sin6_family = static_cast<sa_family_t>(families[i]);
        addresses[i].sin6_port = htons(static_cast<std::uint16_t>(i + 1));
        found[i].ai_family = families[i];
        found[i].ai_addr = reinterpret_cast<sockaddr*>(&addresses[i]);
        found[i].ai_addrlen = families[i] == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        if (i > 0) found[i - 1].ai_next = &found[i];
    }
    std::vector<std::uint16_t> ports;
    for (const auto& each : taking_turns(found.data()))
        ports.push_back(ntohs(reinterpret_cast<const sockaddr_in6&>(each.storage).sin6_port));
    return ports;
}

// RFC 8305 4, with one address of the first family before the other's.
TEST(the_places_of_a_host, are_tried_in_turn_of_their_families_the_first_one_first) {
    constexpr int v4 = AF_INET;
    constexpr int v6 = AF_INET6;
    EXPECT_THAT(ports_in_turn({v6, v6, v6, v4, v4}), ElementsAre(1, 4, 2, 5, 3));
    EXPECT_THAT(ports_in_turn({v4, v6, v6, v6}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(ports_in_turn({v6, v4, v6, v4}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(ports_in_turn({v4, v4}), ElementsAre(1, 2));
}

TEST(a_place, of_a_unix_path_that_is_too_long_is_refused) {
    EXPECT_EQ(unix_place("/run/socket").family(), AF_UNIX);
    EXPECT_THROW((void)unix_place(std::string(108, 'x')), std::invalid_argument);
}

}  // namespace
}  // namespace pushwire::net
