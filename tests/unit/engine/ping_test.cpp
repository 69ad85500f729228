// Pings and pongs: those that the application sends, and those that it is told of.

#include <string>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using testing::journal;
using testing::running_server;
using testing::test_client;

class a_server_that_is_told : public ::testing::Test {
  protected:
    journal seen_;
    fd client_;

    void tell(route& of, const std::string& where) {
        of.on_ping([this, where](server&, fd which, std::string_view payload) {
            seen_.add(where + " ping " + to_string(which) + " " + std::string{payload});
        });
        of.on_pong([this, where](server&, fd which, std::string_view payload) {
            seen_.add(where + " pong " + to_string(which) + " " + std::string{payload});
        });
    }
};

TEST_F(a_server_that_is_told, tells_of_pings_and_pongs_and_answers_by_itself) {
    running_server serving{[&](server& s) { tell(s, "all"); }};
    test_client client{serving.port(), "/"};

    client.send_frame(protocol::opcode::ping, "hello");
    client.send_frame(protocol::opcode::pong, "unasked");

    const auto answer = client.read_frame();
    EXPECT_EQ(answer.opcode, protocol::opcode::pong);
    EXPECT_EQ(answer.payload, "hello");
    seen_.await("all ping 1 hello");
    seen_.await("all pong 1 unasked");
}

TEST_F(a_server_that_is_told, has_handlers_of_a_path_before_those_for_all) {
    running_server serving{[&](server& s) {
        tell(s, "all");
        auto chat = s.path("/chat");
        tell(chat, "chat");
        s.path("/news").on_open([](server&, const request&) {});
    }};
    test_client chat{serving.port(), "/chat"};
    test_client news{serving.port(), "/news"};

    chat.send_frame(protocol::opcode::ping, "a");
    news.send_frame(protocol::opcode::ping, "b");

    seen_.await("chat ping 1 a");
    seen_.await("all ping 2 b");
}

TEST_F(a_server_that_is_told, pings_from_its_own_thread_and_from_others) {
    running_server serving{[&](server& s) {
        tell(s, "all");
        s.on_message([&](server& self, const message& m) {
            seen_.add(self.ping(m.fd, m.data) == push_result::accepted ? "accepted" : "not accepted");
            seen_.add(self.ping(fd{1000}) == push_result::unknown_fd ? "unknown" : "known");
        });
    }};
    test_client client{serving.port(), "/"};

    client.send_text("first");
    EXPECT_EQ(client.read_frame().payload, "first");
    seen_.await("accepted");
    seen_.await("unknown");
    client.send_text(std::string(200, 'y'));
    EXPECT_EQ(client.read_frame().payload, std::string(125, 'y'));

    EXPECT_EQ(serving->ping(fd{1}, std::string(200, 'x')), push_result::posted);
    const auto longest = client.read_frame();
    EXPECT_EQ(longest.opcode, protocol::opcode::ping);
    EXPECT_EQ(longest.payload, std::string(125, 'x'));
    EXPECT_EQ(serving->ping(fd{1}), push_result::posted);
    EXPECT_EQ(client.read_frame().payload, "");
    EXPECT_EQ(serving->ping(fd{1000}), push_result::unknown_fd);
}

TEST_F(a_server_that_is_told, refuses_a_ping_that_does_not_fit_the_backlog) {
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            (void)self.push(m.fd, std::string(16'000'000, 'x'));
            for (int i = 0; i < 2; ++i) {
                seen_.add(self.ping(m.fd) == push_result::refused_backlog ? "refused" : "taken");
            }
        });
    }};
    test_client client{serving.port(), "/"};

    client.send_text("go");

    seen_.await("refused", 2);
}

TEST_F(a_server_that_is_told, tells_of_none_after_disconnect) {
    running_server serving{[&](server& s) {
        tell(s, "all");
        s.on_message([](server& self, const message& m) { self.disconnect(m.fd); });
        s.on_close([&](server&, fd) { seen_.add("close"); });
    }};
    test_client client{serving.port(), "/"};

    client.send_raw(testing::client_frame(protocol::opcode::text, "go") +
                    testing::client_frame(protocol::opcode::ping, "late") +
                    testing::client_frame(protocol::opcode::pong, "late"));
    EXPECT_EQ(client.read_close().close_code(), 1000);
    client.send_close(1000);

    seen_.await("close");
    EXPECT_EQ(seen_.lines(), std::vector<std::string>{"close"});
}

TEST_F(a_server_that_is_told, closes_a_connection_whose_handler_throws) {
    running_server serving{[&](server& s) {
        s.on_pong([](server&, fd, std::string_view) { throw std::runtime_error{"as told"}; });
        s.on_error([&](server&, const error_report& report) {
            seen_.add(std::string{report.where} + ": " + report.what);
        });
    }};
    test_client client{serving.port(), "/"};

    client.send_frame(protocol::opcode::pong, "");

    EXPECT_EQ(client.read_close().close_code(), 1011);
    seen_.await("on_pong: as told");
}

}  // namespace
}  // namespace pushwire
