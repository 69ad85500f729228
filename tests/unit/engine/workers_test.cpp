// What several workers share: the connections that come, and calls from one to another.

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using testing::journal;
using testing::running_server;
using testing::test_client;

// The kernel alone would spread so few connections over so many workers evenly once in a hundred times.
TEST(workers, hold_about_as_many_connections_each) {
    constexpr unsigned workers = 8;
    constexpr std::size_t clients = 32;
    journal seen;
    running_server serving{[&](server& s) {
        s.workers(workers);
        s.on_open([&](server&, const request&) { seen.add("open"); });
    }};

    std::vector<std::unique_ptr<test_client>> all;
    while (all.size() < clients) {
        all.push_back(std::make_unique<test_client>(serving.port(), "/"));
        seen.await("open", all.size());
    }

    std::array<std::size_t, workers> held{};
    for (const auto which : serving->connections()) ++held[serving->info(which)->worker];
    // One may come to whoever holds no more than an eighth above the mean.
    EXPECT_LE(*std::ranges::max_element(held), clients / workers * 9 / 8 + 1);
}

TEST(workers, get_the_calls_of_a_turn_in_their_order) {
    journal seen;
    running_server serving{[&](server& s) {
        s.workers(2);
        s.on_open([&](server&, const request& r) { seen.add("open " + std::string{r.path}); });
        s.on_message([](server& self, const message&) {
            for (const auto who : self.connections()) {
                for (int i = 0; i < 100; ++i) self.push(who, std::to_string(i));
            }
        });
    }};
    // Of two in a row, each worker has one.
    test_client a{serving.port(), "/a"};
    seen.await("open /a");
    test_client b{serving.port(), "/b"};
    seen.await("open /b");

    a.send_text("go");

    for (auto* each : {&a, &b}) {
        for (int i = 0; i < 100; ++i) EXPECT_EQ(each->read_text(), std::to_string(i));
    }
}

TEST(workers, know_how_many_subscribe_to_a_topic_and_to_what_each_does) {
    journal seen;
    running_server serving{[&](server& s) {
        s.workers(2);
        s.on_open([&](server& self, const request& r) {
            self.subscribe(r.fd, "all");
            self.subscribe(r.fd, r.path);
            auto topics = self.topics(r.fd);
            std::ranges::sort(topics);
            for (const auto& each : topics) seen.add("in " + each);
            seen.add("open");
        });
        s.on_message([&](server& self, const message& m) {
            self.unsubscribe(m.fd, "all");
            self.push(m.fd, self.topics(m.fd).front());
        });
        s.on_close([&](server&, fd) { seen.add("close"); });
    }};
    test_client a{serving.port(), "/a"};
    seen.await("open");
    test_client b{serving.port(), "/b"};
    seen.await("open", 2);

    EXPECT_EQ(serving->subscriber_count("all"), 2u);
    EXPECT_EQ(serving->subscriber_count("/a"), 1u);
    EXPECT_EQ(serving->subscriber_count("nobody's"), 0u);
    EXPECT_EQ(seen.count("in all"), 2u);
    EXPECT_EQ(seen.count("in /a"), 1u);

    a.send_text("leave");
    EXPECT_EQ(a.read_text(), "/a");
    EXPECT_EQ(serving->subscriber_count("all"), 1u);

    a.reset();
    b.reset();
    seen.await("close", 2);
    serving.stop();
    EXPECT_EQ(serving->subscriber_count("all"), 0u);
    EXPECT_EQ(serving->subscriber_count("/a"), 0u);
}

}  // namespace
}  // namespace pushwire
