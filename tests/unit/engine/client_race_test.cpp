// A name with several addresses (RFC 8305): which are tried, when, who wins, and what becomes of the others. The addresses are
// sockets of the test, and the clock is the test's: a quarter of a second passes when it says so.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <pushwire/client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "engine/client_state.hpp"
#include "net/connecting.hpp"
#include "net/socket.hpp"
#include "support/clocked_loop.hpp"
#include "support/loopback.hpp"
#include "support/running_server.hpp"
#include "support/tls_files.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using pushwire::testing::running_server;
using support::clocked_loop;
using support::loopback;
using ::testing::ElementsAre;
using ::testing::StartsWith;

// RFC 8305 5, 8: the Connection Attempt Delay.
constexpr auto attempt_delay = 250ms;

// In real time, for what is broken.
constexpr int patience_ms = 20'000;

net::remote_place loopback_of_ipv6() {
    net::remote_place place;
    auto& to = reinterpret_cast<sockaddr_in6&>(place.storage);
    to.sin6_family = AF_INET6;
    to.sin6_addr = in6addr_loopback;
    place.size = sizeof to;
    return place;
}

bool becomes_readable(const net::unique_descriptor& which) {
    pollfd waiting{.fd = which.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, patience_ms) == 1;
}

/// An address of its own, with a port that nobody else has.
class bound_place {
  public:
    explicit bound_place(net::remote_place at = loopback(0))
        : socket_{::socket(at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)}, place_{at} {
        auto* const name = reinterpret_cast<sockaddr*>(&place_.storage);
        if (!socket_ || ::bind(socket_.get(), name, place_.size) != 0 ||
            ::getsockname(socket_.get(), name, &place_.size) != 0)
            throw std::system_error{errno, std::system_category(), "no socket to test with"};
    }

    [[nodiscard]] const net::remote_place& place() const { return place_; }

  protected:
    net::unique_descriptor socket_;

  private:
    net::remote_place place_;
};

/// Nobody listens there: who comes is refused.
using refusing_place = bound_place;

/// Who comes is connected, and nobody says anything.
class listening_place : public bound_place {
  public:
    explicit listening_place(int backlog = 8) {
        if (::listen(socket_.get(), backlog) != 0)
            throw std::system_error{errno, std::system_category(), "listen"};
    }

    /// The next connection's bytes until its end. Waits for both.
    std::string take_all() {
        EXPECT_TRUE(becomes_readable(socket_)) << "nobody has come";
        const net::unique_descriptor taken{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        std::string all;
        char buffer[4096];
        while (becomes_readable(taken)) {
            const auto size = ::recv(taken.get(), buffer, sizeof buffer, 0);
            if (size <= 0) return all;
            all.append(buffer, static_cast<std::size_t>(size));
        }
        ADD_FAILURE() << "the connection does not end";
        return all;
    }
};

/// Its queue of connections is full, so that the kernel drops the SYN of whoever comes next.
class silent_place : public listening_place {
  public:
    silent_place() : listening_place{0}, first_{net::begin_to_connect(place())} {
        if (!first_.socket || !becomes_readable(socket_)) throw std::runtime_error{"the queue does not fill"};
    }

  private:
    net::connecting first_;
};

/// A server that takes whoever comes.
class answering_place {
  public:
    explicit answering_place(options with = {}) : serving_{[](server&) {}, in_haste(std::move(with))} {}
    [[nodiscard]] net::remote_place place() const { return loopback(serving_.port()); }

  private:
    /// It waits for no client when it stops.
    static options in_haste(options with) {
        with.limits.grace = 1ms;
        return with;
    }

    running_server serving_;
};

client_options within(std::chrono::milliseconds connect_time) {
    client_options with;
    with.connect_time = connect_time;
    return with;
}

class a_race : public ::testing::Test {
  protected:
    ~a_race() override {
        if (client_) loop_->be_deaf(false);  // or it would never hear that its sockets are closed
    }

    void race_to(std::vector<net::remote_place> places, client_options with = {},
                 const std::string& url = "ws://several.example/") {
        client_ = std::make_unique<client>(url, std::move(with));
        auto& state = engine::client_state::of(*client_);
        auto made = std::make_unique<clocked_loop>();
        loop_ = made.get();
        began_ = loop_->time();
        state.stand_on(std::move(made));
        state.find_places = [found = std::move(places)](const std::string&, std::uint16_t) {
            return net::lookup::outcome{found, {}};
        };
        client_->on_open([this](client&, const opening&) { told_.emplace_back("open"); });
        client_->on_close([this](client&, const close_info&) { told_.emplace_back("close"); });
        client_->on_failure([this](client&, const connect_failure& why) {
            told_.push_back(std::string{describe(why.why).name} + ": " + why.text);
        });
        ASSERT_TRUE(turn_until([&] { return loop_->given() > 0; })) << "no address is tried";
    }

    /// False if that takes so long that something must be broken.
    template <class Condition>
    bool turn_until(Condition holds) {
        const auto limit = net::clock::now() + std::chrono::milliseconds{patience_ms};
        while (!holds()) {
            if (net::clock::now() >= limit) return false;
            runs_ = client_->run_once(10ms);
        }
        return true;
    }
    bool turn_until_told() {
        return turn_until([&] { return !told_.empty(); });
    }

    /// What falls due on the way happens; the kernel's news of the moment, too.
    void pass(std::chrono::milliseconds time) {
        loop_->move_to(loop_->time() + time);
        for (int i = 0; i < 3; ++i) runs_ = client_->run_once(0ms);
    }

    /// Since the first attempt.
    [[nodiscard]] auto passed() const { return loop_->time() - began_; }

    std::unique_ptr<client> client_;
    clocked_loop* loop_ = nullptr;
    net::time_point began_;
    bool runs_ = true;
    std::vector<std::string> told_;
};

TEST_F(a_race, tries_the_next_address_when_the_first_is_silent_for_a_quarter_of_a_second) {
    silent_place silent;
    answering_place answering;
    race_to({silent.place(), answering.place()});

    pass(attempt_delay - 1ms);
    EXPECT_EQ(loop_->given(), 1U) << "the second is tried too early";
    pass(1ms);
    EXPECT_EQ(loop_->given(), 2U) << "the second is not tried";

    ASSERT_TRUE(turn_until_told());
    EXPECT_THAT(told_, ElementsAre("open"));
    EXPECT_EQ(loop_->open(), 1U) << "the first is still on its way";
}

TEST_F(a_race, tries_the_next_address_at_once_when_one_refuses) {
    refusing_place refusing;
    answering_place answering;
    race_to({refusing.place(), answering.place()});

    ASSERT_TRUE(turn_until_told());
    EXPECT_THAT(told_, ElementsAre("open"));
    EXPECT_EQ(passed(), 0ms);
    EXPECT_EQ(loop_->open(), 1U);
}

TEST_F(a_race, goes_on_at_once_when_one_refuses_while_another_is_silent) {
    silent_place silent;
    refusing_place refusing;
    answering_place answering;
    race_to({silent.place(), refusing.place(), answering.place()});

    pass(attempt_delay);
    ASSERT_TRUE(turn_until_told());
    EXPECT_THAT(told_, ElementsAre("open"));
    EXPECT_EQ(passed(), attempt_delay);
    EXPECT_EQ(loop_->given(), 3U);
    EXPECT_EQ(loop_->open(), 1U);
}

TEST_F(a_race, is_won_by_one_and_the_others_are_closed_without_a_byte) {
    listening_place one, other;
    race_to({one.place(), other.place()});
    loop_->be_deaf(true);  // both connect, and the client has heard of neither
    pass(attempt_delay);
    ASSERT_EQ(loop_->given(), 2U);

    loop_->be_deaf(false);
    ASSERT_TRUE(turn_until([&] { return loop_->open() == 1; })) << "nobody has lost";
    pass(10 * attempt_delay);
    EXPECT_EQ(loop_->open(), 1U);
    EXPECT_EQ(loop_->given(), 2U) << "more is tried after somebody has won";
    client_.reset();
    std::vector<std::string> came{one.take_all(), other.take_all()};
    std::ranges::sort(came);
    EXPECT_THAT(came, ElementsAre("", StartsWith("GET / HTTP/1.1\r\n")));
}

TEST_F(a_race, leaves_those_that_come_after_the_winner_alone) {
    answering_place answering;
    listening_place never_needed;
    race_to({answering.place(), never_needed.place()});

    ASSERT_TRUE(turn_until_told());
    pass(10 * attempt_delay);
    EXPECT_THAT(told_, ElementsAre("open"));
    EXPECT_EQ(loop_->given(), 1U);
}

TEST_F(a_race, ends_when_all_have_been_silent_for_the_time_of_connecting) {
    silent_place one, other;
    race_to({one.place(), other.place()}, within(3s));

    pass(attempt_delay);
    EXPECT_EQ(loop_->open(), 2U) << "the first must not be given up for the second";
    pass(3s - attempt_delay - 1ms);
    EXPECT_THAT(told_, ElementsAre());
    pass(1ms);
    EXPECT_THAT(
        told_,
        ElementsAre("connect_timeout: cannot connect to several.example:80: it took longer than 3000 ms"));
    EXPECT_TRUE(turn_until([&] { return !runs_; }));
    EXPECT_EQ(loop_->open(), 0U);
}

TEST_F(a_race, goes_on_with_a_silent_address_when_the_last_one_refuses) {
    silent_place silent;
    refusing_place refusing;
    race_to({silent.place(), refusing.place()}, within(3s));

    pass(attempt_delay);
    ASSERT_TRUE(turn_until([&] { return loop_->given() == 2 && loop_->open() == 1; }));
    EXPECT_THAT(told_, ElementsAre());
    pass(3s - attempt_delay);
    EXPECT_THAT(told_, ElementsAre(StartsWith("connect_timeout: ")));
}

TEST_F(a_race, fails_once_when_all_refuse) {
    refusing_place one, two, three;
    race_to({one.place(), two.place(), three.place()});

    ASSERT_TRUE(turn_until([&] { return !runs_; }));
    EXPECT_THAT(told_,
                ElementsAre("connect_failed: cannot connect to several.example:80: Connection refused"));
    EXPECT_EQ(passed(), 0ms);
    EXPECT_EQ(loop_->given(), 3U);
    EXPECT_EQ(loop_->open(), 0U);
}

TEST_F(a_race, is_called_off_by_close) {
    silent_place one, other;
    race_to({one.place(), other.place()});
    pass(attempt_delay);
    ASSERT_EQ(loop_->open(), 2U);

    client_->close();
    ASSERT_TRUE(turn_until([&] { return !runs_; }));
    EXPECT_EQ(loop_->open(), 0U);
    EXPECT_THAT(told_, ElementsAre());
}

TEST_F(a_race, is_run_anew_in_the_next_attempt) {
    refusing_place one, other;
    client_options with;
    with.reconnect = {.enabled = true, .first_bound = 1s, .last_bound = 1s, .max_attempts = 2};
    race_to({one.place(), other.place()}, with);

    ASSERT_TRUE(turn_until([&] { return told_.size() == 1; }));
    EXPECT_EQ(loop_->given(), 2U);
    pass(1s);
    ASSERT_TRUE(turn_until([&] { return !runs_; }));
    EXPECT_EQ(told_.size(), 2U);
    EXPECT_EQ(loop_->given(), 4U);
    EXPECT_EQ(loop_->open(), 0U);
}

TEST_F(a_race, goes_from_ipv6_to_ipv4) {
    std::unique_ptr<refusing_place> refusing;
    try {
        refusing = std::make_unique<refusing_place>(loopback_of_ipv6());
    } catch (const std::system_error& none) {
        GTEST_SKIP() << "this machine has no ::1: " << none.what();
    }
    answering_place answering;
    race_to({refusing->place(), answering.place()});

    ASSERT_TRUE(turn_until_told());
    EXPECT_THAT(told_, ElementsAre("open"));
}

// That a connection is there is not enough: who wins has completed the handshake of TLS.
TEST_F(a_race, over_tls_is_not_won_by_who_only_connects) {
    support::tls_files files;
    listening_place says_nothing;
    options with;
    with.tls.certificates = {files.make("its", {"several.example"})};
    answering_place answering{with};
    client_options trusting;
    trusting.tls.ca_file = files.folder() / "its.pem";
    race_to({says_nothing.place(), answering.place()}, trusting, "wss://several.example/");

    pass(attempt_delay);
    ASSERT_TRUE(turn_until_told());
    EXPECT_THAT(told_, ElementsAre("open"));
    EXPECT_EQ(loop_->given(), 2U);
    EXPECT_EQ(loop_->open(), 1U);
}

}  // namespace
}  // namespace pushwire
