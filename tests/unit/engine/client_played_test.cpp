// A client on a loop that a test plays: what only certain bytes, a slow server or time bring about.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/client.hpp>
#include <pushwire/protocol/frame.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/client_state.hpp"
#include "protocol/opening_handshake.hpp"
#include "support/played_loop.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using support::played_loop;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;

/// A client, and what happens to it.
class played_client {
  public:
    explicit played_client(client_options with = {})
        : tested{"ws+unix:/server:/chat", without_kernel(std::move(with))} {
        auto& state = engine::client_state::of(tested);
        auto made = std::make_unique<played_loop>(state.loop->now());
        loop = made.get();
        state.stand_on(std::move(made));
        state.begin_to_connect = [this](const net::remote_place&) {
            if (refused) return net::connecting{{}, std::make_error_code(std::errc::connection_refused)};
            constexpr int no_descriptor = 1'000'000;
            return net::connecting{net::unique_descriptor{no_descriptor}, {}};
        };
        tested.on_open([this](client&, const opening&) { told.emplace_back("open"); });
        tested.on_message([this](client&, const message& m) { told.emplace_back(m.data); });
        tested.on_close([this](client&, const close_info& how) {
            told.push_back("closed " + std::to_string(how.code) + " " + std::to_string(how.sent_code));
        });
        tested.on_failure([this](client&, const connect_failure& why) {
            failures.push_back(why);
            told.emplace_back("failed");
        });
    }

    /// A turn in which this happens to the newest connection. Says whether the client goes on.
    bool happen(std::function<void(played_loop::socket&)> what) {
        loop->happen(std::move(what));
        return tested.run_once(0ms);
    }
    bool turn() { return tested.run_once(0ms); }
    void pass(std::chrono::milliseconds time) {
        for (const auto until = loop->time() + time; loop->time() < until;) {
            loop->move_clock(std::min(until, loop->earliest()));
            turn();
        }
    }

    void connect() {
        turn();
        happen([](auto& which) { played_loop::connect(which); });
    }
    void receive(std::string_view bytes) {
        happen([&](auto& which) {
            loop->receive(which, std::as_bytes(std::span{bytes}), played_loop::all, false);
        });
    }
    void open() {
        connect();
        receive(answer());
    }
    [[nodiscard]] std::string answer() const {
        constexpr std::string_view field = "Sec-WebSocket-Key: ";
        const auto asked = sent();
        const auto key = asked.substr(asked.find(field) + field.size(), 24);
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: " +
               protocol::accept_key(key) + "\r\n\r\n";
    }
    /// By the newest connection.
    [[nodiscard]] std::string sent() const {
        const auto& bytes = loop->sockets().back()->sent;
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// The payloads of the frames that it sent.
    [[nodiscard]] std::vector<std::string> payloads() const {
        std::vector<std::string> all;
        const auto text = sent();
        std::vector<std::byte> bytes;
        for (const char each : text.substr(text.find("\r\n\r\n") + 4))
            bytes.push_back(static_cast<std::byte>(each));
        std::span<std::byte> rest{bytes};
        while (!rest.empty()) {
            const auto header = protocol::parse_frame_header(rest, protocol::role::server, 0);
            EXPECT_NE(header.size, 0U);
            const auto payload =
                rest.subspan(header.size, static_cast<std::size_t>(header.header.payload_length));
            protocol::apply_mask(payload, header.header.key);
            all.emplace_back(reinterpret_cast<const char*>(payload.data()), payload.size());
            rest = rest.subspan(header.size + payload.size());
        }
        return all;
    }

    client tested;
    played_loop* loop = nullptr;
    bool refused = false;  // nobody takes a connection
    std::vector<std::string> told;
    std::vector<connect_failure> failures;

  private:
    static client_options without_kernel(client_options with) {
        with.io = io_backend::epoll;
        return with;
    }
};

TEST(a_client_between_bytes, can_be_closed_by_who_is_shown_the_servers_answer) {
    played_client c;
    c.tested.on_bytes([](client& self, bool sent, std::string_view) {
        if (!sent) self.close();
    });
    c.open();
    EXPECT_THAT(c.told, ElementsAre());
    EXPECT_FALSE(c.turn());
}

TEST(a_client_between_bytes, can_be_closed_by_who_is_shown_its_request) {
    played_client c;
    c.tested.on_bytes([](client& self, bool, std::string_view) { self.close(); });
    c.loop->takes_of = [](std::size_t) { return std::size_t{1}; };
    c.connect();
    EXPECT_EQ(c.sent(), "G");
    EXPECT_FALSE(c.turn());
    EXPECT_THAT(c.told, ElementsAre());
}

TEST(a_client_between_bytes, is_closed_with_1011_when_who_is_shown_them_throws) {
    for (const bool thrown_for_sent : {false, true}) {
        played_client c;
        bool throws = false;
        std::vector<std::string> reported;
        c.tested.on_bytes([&](client&, bool sent, std::string_view) {
            if (throws && sent == thrown_for_sent) throw std::runtime_error{"oh"};
        });
        c.tested.on_error([&](client&, const error_report& what) { reported.push_back(what.what); });
        c.open();
        for (const auto* const each : {"one", "two", "three"}) c.tested.push(each);
        throws = true;
        if (thrown_for_sent) {
            c.turn();
        } else {
            c.receive("\x81\x02hi");
        }
        throws = false;
        EXPECT_THAT(c.payloads().back(), HasSubstr("\x03\xf3"));
        EXPECT_FALSE(reported.empty());
        EXPECT_THAT(c.told, ElementsAre("open", "closed 1006 1011"));
    }
}

// ---------------------------------------------------------------- what a slow server does not take

TEST(a_client_of_a_slow_server, keeps_the_latest_ping_only) {
    played_client c;
    c.open();
    c.happen([](auto& which) { played_loop::make_room(which, 0); });
    for (int i = 0; i < 100'000; ++i) c.tested.ping(std::to_string(i));
    c.turn();
    const auto before = c.sent().size();
    c.happen([](auto& which) { played_loop::make_room(which, played_loop::all); });
    c.turn();
    EXPECT_EQ(c.payloads().back(), "99999");
    EXPECT_LT(c.sent().size() - before, 70'000U);
}

TEST(a_client_of_a_slow_server, bounds_what_on_open_pushes) {
    client_options with;
    with.limits.max_backlog = 1000;
    played_client c{with};
    std::vector<push_result> said;
    c.tested.on_open([&](client& self, const opening&) {
        for (int i = 0; i < 3; ++i) said.push_back(self.push(std::string(600, 'x')));
    });
    c.open();
    EXPECT_THAT(
        said, ElementsAre(push_result::accepted, push_result::refused_backlog, push_result::refused_backlog));
    EXPECT_EQ(c.payloads().size(), 1U);
}

TEST(a_client_without_a_connection, bounds_how_many_empty_messages_wait) {
    client_options with;
    with.limits.max_backlog = 1000;
    for (const auto policy : {backlog_policy::refuse, backlog_policy::drop_oldest}) {
        with.limits.when_backlog_full = policy;
        played_client c{with};
        c.turn();
        for (int i = 0; i < 100'000; ++i) c.tested.push("");
        EXPECT_LE(c.tested.queued_bytes(), 1000U);
        c.open();
        EXPECT_LE(c.payloads().size(), 1000U / 6);  // of the smallest frame
        EXPECT_THAT(c.payloads().size(), Gt(100U));
    }
}

TEST(a_client_of_a_slow_server, sends_no_more_with_a_ping_than_fits) {
    played_client c;
    c.open();
    c.tested.ping(std::string(126, 'x'));
    c.turn();
    EXPECT_THAT(c.payloads(), ElementsAre(std::string(125, 'x')));
}

// ---------------------------------------------------------------- what time brings about

TEST(a_client_as_time_passes, gives_up_on_a_connection_that_does_not_come_about) {
    client_options with;
    with.connect_time = 2s;
    played_client c{with};
    c.turn();
    c.pass(1999ms);
    EXPECT_THAT(c.told, ElementsAre());
    c.pass(1ms);
    ASSERT_THAT(c.told, ElementsAre("failed"));
    EXPECT_EQ(c.failures[0].why, error::connect_timeout);
    EXPECT_EQ(c.loop->newest(), nullptr);
}

TEST(a_client_as_time_passes, gives_up_on_an_answer_that_does_not_come) {
    client_options with;
    with.limits.handshake_time = 3s;
    played_client c{with};
    c.turn();
    c.pass(5s);  // which is the connection's
    c.connect();
    c.pass(2999ms);
    EXPECT_THAT(c.told, ElementsAre());
    c.pass(1ms);
    ASSERT_THAT(c.told, ElementsAre("failed"));
    EXPECT_EQ(c.failures[0].why, error::handshake_timeout);
}

TEST(a_client_as_time_passes, asks_a_silent_server_and_leaves_a_dead_one) {
    played_client c;
    c.open();
    c.pass(30s);
    EXPECT_THAT(c.payloads(), ElementsAre(""));  // the ping
    c.pass(30s);
    EXPECT_THAT(c.told, ElementsAre("open", HasSubstr("closed 1006")));
}

TEST(a_client_as_time_passes, leaves_a_server_that_does_not_end_its_side) {
    played_client c;
    c.open();
    c.tested.close();
    c.turn();
    c.receive("\x88\x02\x03\xe8");
    EXPECT_THAT(c.told, ElementsAre("open", "closed 1000 1000"));
    EXPECT_TRUE(c.loop->newest() && c.loop->newest()->shut);
    c.pass(4999ms);
    EXPECT_NE(c.loop->newest(), nullptr);
    c.pass(1ms);
    EXPECT_EQ(c.loop->newest(), nullptr);
    EXPECT_FALSE(c.turn());
}

client_options reconnecting() {
    client_options with;
    with.reconnect = {.enabled = true, .first_bound = 1s, .last_bound = 16s, .good_after = 5s};
    return with;
}

TEST(a_client_as_time_passes, doubles_the_bound_of_its_wait_up_to_the_last) {
    std::vector<std::chrono::milliseconds> longest(8);
    for (int i = 0; i < 200; ++i) {
        played_client c{reconnecting()};
        c.refused = true;
        c.turn();
        while (c.failures.size() < longest.size()) c.pass(16s);
        for (std::size_t n = 0; n < longest.size(); ++n)
            longest[n] = std::max(longest[n], *c.failures[n].next);
    }
    constexpr int bounds[] = {1000, 2000, 4000, 8000, 16000, 16000, 16000, 16000};
    for (std::size_t n = 0; n < longest.size(); ++n) {
        // That none of 200 comes near its bound has a chance of 1 in 10 to the 20th.
        EXPECT_LE(longest[n].count(), bounds[n]) << n;
        EXPECT_GT(longest[n].count(), bounds[n] * 4 / 5) << n;
    }
}

TEST(a_client_as_time_passes, counts_its_attempts_anew_after_a_good_connection) {
    for (const auto& [lasts, next_attempt] : {std::pair{4999ms, 3U}, {5000ms, 1U}}) {
        played_client c{reconnecting()};
        c.refused = true;
        c.turn();
        c.refused = false;
        c.pass(1s);
        c.happen([](auto& which) { played_loop::connect(which); });
        c.receive(c.answer());
        c.pass(lasts);
        c.refused = true;
        c.happen([](auto& which) { played_loop::end_input(which); });
        c.pass(16s);
        ASSERT_THAT(c.failures.size(), Gt(1U));
        EXPECT_EQ(c.failures[1].attempt, next_attempt);
    }
}

TEST(a_client_as_time_passes, does_not_come_back_when_its_end_has_it_closed) {
    played_client c{reconnecting()};
    c.tested.on_close([](client& self, const close_info&) { self.close(); });
    c.open();
    c.happen([](auto& which) { played_loop::end_input(which); });
    c.pass(60s);
    EXPECT_EQ(c.loop->sockets().size(), 1U);
    EXPECT_FALSE(c.turn());
}

}  // namespace
}  // namespace pushwire
