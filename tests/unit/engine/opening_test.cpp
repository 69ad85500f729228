// How connections are opened, refused, or answered over plain HTTP.

#include <future>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::journal;
using testing::running_server;
using testing::test_client;

constexpr auto upgrade =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

void log_life(server& s, journal& seen) {
    s.on_open([&](server&, const request& r) { seen.add("open " + std::string{r.subprotocol}); });
    s.on_close([&](server&, fd) { seen.add("close"); });
}

TEST(opening, is_refused_with_the_status_and_text_that_the_handler_chose) {
    journal seen;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.on_handshake(
            [](server&, handshake& asked) { asked.refuse(401, "who are you?", {{"X-Why", "token"}}); });
    }};
    test_client client{serving.port()};
    client.send_raw(upgrade);

    const auto head = client.read_head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 401 ")) << head;
    EXPECT_NE(head.find("X-Why: token\r\n"), head.npos) << head;
    EXPECT_EQ(client.read_exactly(12), "who are you?");
    EXPECT_TRUE(client.at_end());
    client.close();
    serving.stop();
    EXPECT_TRUE(seen.lines().empty()) << "neither open nor close may be told";
}

TEST(opening, may_be_accepted_and_closed_at_once_with_a_code_that_a_browser_sees) {
    journal seen;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.on_handshake([](server&, handshake& asked) { asked.accept_and_close(4003, "log in first"); });
    }};
    test_client client{serving.port(), "/"};

    const auto close = client.read_close();
    EXPECT_EQ(close.close_code(), 4003);
    EXPECT_EQ(close.close_reason(), "log in first");
    client.send_close(4003);
    EXPECT_TRUE(client.at_end());
    client.close();
    serving.stop();
    EXPECT_TRUE(seen.lines().empty()) << "neither open nor close may be told";
}

TEST(opening, chooses_a_subprotocol_and_adds_fields) {
    journal seen;
    options with;
    with.subprotocols = {"superchat", "chat"};
    running_server serving{[&](server& s) {
                               log_life(s, seen);
                               s.path("/own").on_handshake([](server&, handshake& asked) {
                                   asked.accept({"chat", {{"X-Node", "7"}}});
                               });
                           },
                           with};

    test_client by_default{serving.port(), "/", "Sec-WebSocket-Protocol: other, chat, superchat\r\n"};
    seen.await("open chat");
    test_client by_handler{serving.port(), "/own", "Sec-WebSocket-Protocol: superchat, chat\r\n"};
    seen.await("open chat", 2);
}

struct refuses_to_exist {
    volatile int begun = 7;  // it lies in place of a pointer, and nobody may take it for one
    refuses_to_exist() { throw std::runtime_error{"no"}; }
};

TEST(opening, fails_with_500_when_the_user_data_cannot_be_made) {
    journal seen;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.user_data<refuses_to_exist>();
        s.on_error(
            [&](server&, const error_report& report) { seen.add("error in " + std::string{report.where}); });
    }};
    test_client client{serving.port()};
    client.send_raw(upgrade);

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 500 "));
    seen.await("error in user_data");
    client.close();
    serving.stop();
    EXPECT_EQ(seen.lines().size(), 1u) << "neither open nor close may be told";
}

TEST(opening, may_be_decided_later_from_another_thread) {
    journal seen;
    std::promise<handshake> kept;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.on_handshake([&](server&, handshake& asked) { kept.set_value(std::move(asked)); });
        s.on_message([](server& self, const message& m) { self.push(m.fd, m.data); });
    }};
    test_client client{serving.port()};
    client.send_raw(upgrade);

    auto asked = kept.get_future().get();
    EXPECT_EQ(asked.request().headers["host"], "localhost");
    EXPECT_EQ(asked.request().remote_address, "127.0.0.1");
    EXPECT_TRUE(seen.lines().empty());
    EXPECT_EQ(asked.request().fd, fd{1});
    EXPECT_FALSE(serving->exists(fd{1}));
    asked.accept();
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
    client.send_text("hello");
    EXPECT_EQ(client.read_text(), "hello");
}

TEST(opening, gives_the_number_that_on_handshake_was_told_whoever_opens_meanwhile) {
    journal seen;
    std::promise<handshake> kept;
    running_server serving{[&](server& s) {
        s.on_handshake([&](server&, handshake& asked) {
            const auto number = asked.request().fd;
            if (number == fd{1}) kept.set_value(std::move(asked));
            if (number == fd{2}) asked.refuse();
        });
        s.on_open([&](server& self, const request& r) {
            seen.add("open " + to_string(r.fd));
            self.push(r.fd, "welcome");
        });
    }};
    test_client later{serving.port()};
    later.send_raw(upgrade);
    auto asked = kept.get_future().get();
    test_client refused{serving.port()};
    refused.send_raw(upgrade);
    EXPECT_TRUE(refused.read_head().starts_with("HTTP/1.1 403 "));
    test_client other{serving.port(), "/"};
    seen.await("open 3");

    asked.accept();
    EXPECT_TRUE(later.read_head().starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(later.read_text(), "welcome");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"open 3", "open 1"}));
}

TEST(opening, is_refused_when_a_kept_handshake_is_dropped) {
    std::promise<handshake> kept;
    running_server serving{[&](server& s) {
        s.on_handshake([&](server&, handshake& asked) { kept.set_value(std::move(asked)); });
    }};
    test_client client{serving.port()};
    client.send_raw(upgrade);

    {
        const auto dropped = kept.get_future().get();
    }

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 403 "));
}

TEST(opening, ends_with_408_when_the_decision_takes_too_long_and_a_late_one_does_nothing) {
    journal seen;
    std::promise<handshake> kept;
    options with;
    with.limits.handshake_time = 50ms;
    running_server serving{
        [&](server& s) {
            log_life(s, seen);
            s.on_handshake([&](server&, handshake& asked) { kept.set_value(std::move(asked)); });
        },
        with};
    test_client client{serving.port()};
    client.send_raw(upgrade);
    auto asked = kept.get_future().get();

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 408 "));
    asked.accept();
    client.close();
    serving.stop();
    EXPECT_TRUE(seen.lines().empty());
}

TEST(opening, outlives_its_server_when_kept) {
    std::promise<handshake> kept;
    std::optional<handshake> asked;
    {
        running_server serving{
            [&](server& s) { s.on_handshake([&](server&, handshake& h) { kept.set_value(std::move(h)); }); }};
        test_client client{serving.port()};
        client.send_raw(upgrade);
        asked.emplace(kept.get_future().get());
    }

    asked->accept();  // does nothing, and above all does not crash
}

TEST(opening, is_answered_with_503_and_retry_after_when_there_are_too_many) {
    journal seen;
    options with;
    with.limits.max_connections = 2;
    running_server serving{[&](server& s) { log_life(s, seen); }, with};
    test_client first{serving.port(), "/"};
    test_client second{serving.port(), "/"};
    test_client third{serving.port()};
    third.send_raw(upgrade);

    const auto head = third.read_head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 503 ")) << head;
    EXPECT_NE(head.find("Retry-After: "), head.npos) << head;

    first.reset();
    seen.await("close");
    test_client fourth{serving.port(), "/"};
}

TEST(opening, counts_connections_when_it_is_decided_not_when_it_was_asked_for) {
    std::mutex mutex;
    std::vector<handshake> kept;
    journal seen;
    options with;
    with.limits.max_connections = 1;
    running_server serving{[&](server& s) {
                               s.on_handshake([&](server&, handshake& asked) {
                                   const std::lock_guard lock{mutex};
                                   kept.push_back(std::move(asked));
                                   seen.add("asked");
                               });
                           },
                           with};
    test_client first{serving.port()};
    test_client second{serving.port()};
    first.send_raw(upgrade);
    second.send_raw(upgrade);
    seen.await("asked", 2);

    for (auto& asked : kept) asked.accept();

    const auto answers = first.read_head() + second.read_head();
    EXPECT_NE(answers.find("HTTP/1.1 101 "), answers.npos);
    EXPECT_NE(answers.find("HTTP/1.1 503 "), answers.npos);
}

TEST(opening, that_comes_slowly_ends_with_408) {
    options with;
    with.limits.handshake_time = 50ms;
    running_server serving{[](server&) {}, with};
    test_client client{serving.port()};
    client.send_raw("GET / HTTP/1.1\r\nHo");

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 408 "));
}

TEST(requests, of_plain_http_are_answered_on_one_connection_in_order) {
    running_server serving{[&](server& s) {
        s.on_request([](server&, const request& r, response& answer) {
            answer.headers = {{"Content-Type", "text/plain"}};
            answer.body = std::string{r.path} + " " + std::string{r.body};
        });
    }};
    test_client client{serving.port()};
    client.send_raw(
        "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz");

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(client.read_exactly(3), "/a ");
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(client.read_exactly(6), "/b xyz");
    client.send_raw(upgrade);
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
}

TEST(requests, without_end_from_who_does_not_read_the_answers_end) {
    options with;
    with.limits.max_backlog = 100'000;
    running_server serving{
        [](server& s) {
            s.on_request([](server&, const request&, response& answer) { answer.body.assign(10'000, 'x'); });
        },
        with};
    test_client client{serving.port()};
    std::string requests;
    for (int i = 0; i < 2000; ++i) requests += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send_raw(requests);

    // Of 2,000 answers of 10,000 bytes each, those come that fit the bound, and what the kernel takes.
    std::size_t answers = 0;
    for (bool stays = true; stays; ++answers) {
        const auto head = client.read_head();
        ASSERT_TRUE(head.starts_with("HTTP/1.1 200 "));
        EXPECT_EQ(client.read_exactly(10'000), std::string(10'000, 'x'));
        stays = head.find("Connection: keep-alive") != head.npos;
    }
    EXPECT_LT(answers, 100u);
    EXPECT_TRUE(client.at_end());
}

TEST(requests, whose_handler_throws_are_answered_with_500) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_request([](server&, const request&, response&) { throw std::runtime_error{"oops"}; });
        s.on_error([&](server&, const error_report& report) { seen.add(report.what); });
    }};
    test_client client{serving.port()};
    client.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 500 "));
    seen.await("oops");
}

TEST(requests, without_a_handler_are_told_what_this_is) {
    running_server serving{[](server&) {}};
    test_client client{serving.port()};
    client.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 426 "));
}

}  // namespace
}  // namespace pushwire
