// The contract of the handlers, seen from a client.

#include <array>
#include <atomic>
#include <cstddef>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::journal;
using testing::running_server;
using testing::test_client;

void log_life(server& of, journal& seen) {
    of.on_open([&](server&, const request& r) { seen.add("open " + to_string(r.fd)); });
    of.on_message([&](server&, const message& m) { seen.add("message " + std::string{m.data}); });
    of.on_close([&](server&, fd which, const close_info& info) {
        seen.add("close " + to_string(which) + " " + std::to_string(info.code));
    });
}

TEST(handlers, tell_open_first_then_messages_and_close_last) {
    journal seen;
    running_server serving{[&](server& s) { log_life(s, seen); }};

    test_client client{serving.port(), "/"};
    client.send_text("one");
    client.send_text("two");
    client.send_close(1000);
    EXPECT_EQ(client.read_close().close_code(), 1000);
    seen.await("close 1 1000");

    EXPECT_EQ(seen.lines(),
              (std::vector<std::string>{"open 1", "message one", "message two", "close 1 1000"}));
}

TEST(handlers, get_numbers_that_count_up_and_are_never_used_twice) {
    journal seen;
    running_server serving{[&](server& s) { log_life(s, seen); }};

    for (int i = 1; i <= 3; ++i) {
        test_client client{serving.port(), "/"};
        client.reset();
        seen.await("close " + std::to_string(i) + " 1006");
    }

    EXPECT_FALSE(serving->exists(fd{1}));
    EXPECT_EQ(seen.count("open 3"), 1u);
}

TEST(handlers, see_what_the_client_came_with) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request& r) {
            seen.add(std::string{r.method} + " " + std::string{r.path} + " ? " + std::string{r.query});
            seen.add("x-test " + std::string{r.headers["X-TEST"]});
            seen.add("cookie " + std::string{r.cookie("b").value_or("none")});
            seen.add("from " + std::string{r.remote_address} + (r.remote_port != 0 ? " with a port" : ""));
        });
    }};

    test_client client{serving.port(), "/some/path?a=1&b=2", "x-test: yes\r\nCookie: a=1; b=two\r\n"};
    seen.await("from 127.0.0.1 with a port");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"GET /some/path ? a=1&b=2", "x-test yes", "cookie two",
                                                      "from 127.0.0.1 with a port"}));
}

TEST(handlers, hear_nothing_of_a_connection_after_disconnecting_it) {
    journal seen;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.on_message([&](server& self, const message& m) {
            seen.add("message " + std::string{m.data});
            self.disconnect(m.fd, 4001, "enough");
        });
    }};

    test_client client{serving.port(), "/"};
    // Both messages come in one read, so the second is there already when the first is handled.
    client.send_raw(testing::client_frame(protocol::opcode::text, "first") +
                    testing::client_frame(protocol::opcode::text, "second"));
    const auto close = client.read_close();
    client.send_close(4001);
    seen.await("close 1 4001");

    EXPECT_EQ(close.close_code(), 4001);
    EXPECT_EQ(close.close_reason(), "enough");
    EXPECT_EQ(seen.count("message second"), 0u);
}

TEST(handlers, tell_close_once_with_the_codes_of_both_sides) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([](server& self, const request& r) { self.disconnect(r.fd, 4000, "bye"); });
        s.on_close([&](server& self, fd which, const close_info& info) {
            seen.add(std::to_string(info.code) + " " + std::string{info.reason} + ", sent " +
                     std::to_string(info.sent_code) +
                     (info.began_by_peer ? ", the peer began" : ", we began"));
            seen.add(self.exists(which) ? "exists" : "is gone");
            seen.add(self.info(which) ? "has facts" : "has no facts");
            seen.add(self.push(which, "late") == push_result::closing ? "push says closing"
                                                                      : "push says other");
            self.disconnect(which);
        });
    }};

    test_client client{serving.port(), "/"};
    EXPECT_EQ(client.read_close().close_code(), 4000);
    client.send_close(4010, "fine");
    EXPECT_TRUE(client.at_end());
    client.close();
    serving.stop();

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"4010 fine, sent 4000, we began", "is gone",
                                                      "has facts", "push says closing"}));
}

TEST(handlers, that_throw_close_their_own_connection_with_1011_and_nothing_else) {
    journal seen;
    running_server serving{[&](server& s) {
        log_life(s, seen);
        s.on_message([&](server& self, const message& m) {
            if (m.data == "throw") throw std::runtime_error{"on purpose"};
            self.push(m.fd, m.data);
        });
        s.on_error([&](server&, const error_report& report) {
            seen.add("error of " + to_string(report.fd) + " in " + std::string{report.where} + ": " +
                     report.what);
        });
    }};

    test_client bystander{serving.port(), "/"};
    test_client thrower{serving.port(), "/"};
    thrower.send_text("throw");

    EXPECT_EQ(thrower.read_close().close_code(), 1011);
    seen.await("close 2 1006");
    bystander.send_text("still here");
    EXPECT_EQ(bystander.read_text(), "still here");
    EXPECT_EQ(seen.count("error of 2 in on_message: on purpose"), 1u);
}

TEST(handlers, that_throw_in_on_open_or_on_close_still_see_one_close_for_each_open) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request& r) {
            seen.add("open");
            if (r.path == "/open") throw 42;
        });
        s.on_close([&](server&, fd) {
            seen.add("close");
            throw std::runtime_error{"in on_close"};
        });
        s.on_error(
            [&](server&, const error_report& report) { seen.add("error in " + std::string{report.where}); });
    }};

    test_client first{serving.port(), "/open"};
    EXPECT_EQ(first.read_close().close_code(), 1011);
    seen.await("error in on_close");
    first.close();
    serving.stop();

    EXPECT_EQ(seen.lines(),
              (std::vector<std::string>{"open", "error in on_open", "close", "error in on_close"}));
}

TEST(handlers, of_a_path_are_called_instead_of_the_servers) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request& r) { seen.add("open " + std::string{r.path}); });
        s.on_message([](server& self, const message& m) { self.push(m.fd, "all: " + std::string{m.data}); });
        s.path("/chat").on_message(
            [](server& self, const message& m) { self.push(m.fd, "chat: " + std::string{m.data}); });
    }};

    test_client chat{serving.port(), "/chat"};
    test_client other{serving.port(), "/other"};
    chat.send_text("x");
    other.send_text("x");

    EXPECT_EQ(chat.read_text(), "chat: x");
    EXPECT_EQ(other.read_text(), "all: x");
    EXPECT_EQ(seen.count("open /chat"), 1u);
}

/// With 0 bytes more it is smaller than a pointer.
template <std::size_t bytes>
struct visits {
    static inline std::atomic<int> alive{0};
    int messages = 0;
    std::array<std::byte, bytes> more;
    visits() { ++alive; }
    ~visits() { --alive; }
};

template <class Visits>
class handlers_with_an_object : public ::testing::Test {};
using small_and_large = ::testing::Types<visits<0>, visits<100>>;
TYPED_TEST_SUITE(handlers_with_an_object, small_and_large);

TYPED_TEST(handlers_with_an_object, find_the_connections_own) {
    using visits = TypeParam;
    journal seen;
    running_server serving{[&](server& s) {
        s.user_data<visits>();
        s.on_open([&](server&, const request& r) { r.user<visits>().messages = 100; });
        s.on_message([&](server& self, const message& m) {
            ++m.user<visits>().messages;
            self.push(m.fd, std::to_string(self.user<visits>(m.fd)->messages));
        });
        s.on_close([&](server& self, fd which) {
            seen.add("close after " + std::to_string(self.user<visits>(which)->messages));
            EXPECT_EQ(self.user<visits>(fd{999}), nullptr);
        });
    }};

    test_client client{serving.port(), "/"};
    client.send_text("");
    EXPECT_EQ(client.read_text(), "101");
    client.send_text("");
    EXPECT_EQ(client.read_text(), "102");
    client.reset();
    seen.await("close after 102");
    serving.stop();

    EXPECT_EQ(visits::alive, 0);
}

TEST(handlers, wait_while_a_connection_is_paused_and_lose_nothing) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(std::string{m.data});
            if (m.data == "1") {
                self.pause(m.fd);
                self.after(std::chrono::milliseconds{20}, [&, which = m.fd](server& later) {
                    seen.add("resume");
                    later.resume(which);
                });
            }
        });
        s.on_close([&](server&, fd) { seen.add("close"); });
    }};

    test_client client{serving.port(), "/"};
    std::string bytes;
    for (const auto* text : {"1", "2", "3"}) bytes += testing::client_frame(protocol::opcode::text, text);
    client.send_raw(bytes);
    client.shut_write();
    seen.await("close");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"1", "resume", "2", "3", "close"}));
}

TEST(handlers, go_on_with_what_was_read_before_a_pause_that_on_drain_ends) {
    journal seen;
    const std::string large(8 * 1024 * 1024, 'x');  // more than the kernel takes at once
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(std::string{m.data});
            if (m.data != "1") return;
            self.push(m.fd, large);
            (void)self.push(m.fd, "no room");
            self.pause(m.fd);
        });
        s.on_drain([](server& self, fd which) { self.resume(which); });
    }};

    test_client client{serving.port(), "/"};
    std::string bytes;
    for (const auto* text : {"1", "2", "3"}) bytes += testing::client_frame(protocol::opcode::text, text);
    client.send_raw(bytes);  // read at once, so that two of them wait here
    EXPECT_EQ(client.read_text().size(), large.size());
    client.send_text("4");
    seen.await("4");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"1", "2", "3", "4"}));
}

TEST(handlers, of_many_connections_that_go_on_at_once_let_others_be_heard_in_between) {
    constexpr std::size_t many = 16;
    journal seen;
    std::unique_ptr<test_client> other;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            if (m.data == "pause") {
                self.pause(m.fd);
                seen.add("paused");
            } else if (m.data == "go") {
                for (const fd each : self.connections()) self.resume(each);
            } else if (m.data == "held") {
                if (seen.count("held") == 0) other->send_text("still there?");
                seen.add("held");
                const auto begin = std::chrono::steady_clock::now();  // it has much to do
                while (std::chrono::steady_clock::now() - begin < 5ms) continue;
            } else {
                seen.add(std::to_string(seen.count("held")));
            }
        });
    }};
    std::vector<std::unique_ptr<test_client>> all;
    while (all.size() < many) {
        all.push_back(std::make_unique<test_client>(serving.port(), "/"));
        all.back()->send_raw(testing::client_frame(protocol::opcode::text, "pause") +
                             testing::client_frame(protocol::opcode::text, "held"));
        seen.await("paused", all.size());
    }
    other = std::make_unique<test_client>(serving.port(), "/");

    other->send_text("go");
    seen.await("held", many);

    EXPECT_EQ(seen.count("4"), 1u) << "the worker looks at the clock after every four";
    other->close();
}

TEST(handlers, may_pause_a_connection_for_longer_than_it_may_be_silent) {
    journal seen;
    options with;
    with.limits.ping_after = 0ms;
    with.limits.idle_timeout = 300ms;
    running_server serving{[&](server& s) {
                               s.on_message([&](server& self, const message& m) {
                                   self.push(m.fd, m.data);
                                   if (m.data != "pause") return;
                                   self.pause(m.fd);
                                   self.after(700ms, [which = m.fd](server& later) { later.resume(which); });
                               });
                               s.on_close([&](server&, fd) { seen.add("close"); });
                           },
                           with};

    test_client client{serving.port(), "/"};
    client.send_text("pause");
    client.send_text("later");

    EXPECT_EQ(client.read_text(), "pause");
    EXPECT_EQ(client.read_text(), "later");
    EXPECT_EQ(seen.count("close"), 0u);
}

TEST(posted_calls, that_throw_close_the_connection_that_they_are_about) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request&) { seen.add("open"); });
        s.on_close([&](server&, fd) { seen.add("close"); });
        s.on_error([&](server&, const error_report& report) {
            seen.add("error of " + to_string(report.fd) + " in " + std::string{report.where});
        });
    }};
    test_client client{serving.port(), "/"};
    seen.await("open");

    serving->post([](server&) { throw std::runtime_error{"about nobody"}; });
    serving->post(fd{1}, [](server&) { throw std::runtime_error{"about the first"}; });

    EXPECT_EQ(client.read_close().close_code(), 1011);
    seen.await("close");
    EXPECT_EQ(seen.count("error of 0 in post"), 1u);
    EXPECT_EQ(seen.count("error of 1 in post"), 1u);
}

}  // namespace
}  // namespace pushwire
