// How a server goes away: close frames spread over a time, deadlines, and calls that hurry what others began.

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using testing::journal;
using testing::on_tested_loop;
using testing::running_server;
using testing::test_client;

/// Echoes, answers plain requests, and tells the journal "open 1", "close 1 1001" and so on.
void echo(server& s, journal& seen) {
    s.on_open([&](server&, const request& r) { seen.add("open " + to_string(r.fd)); });
    s.on_message([](server& self, const message& m) { self.push(m.fd, m.data, m.type); });
    s.on_request([](server&, const request&, response& answer) { answer.body = "here"; });
    s.on_close([&](server&, fd which, const close_info& info) {
        seen.add("close " + to_string(which) + " " + std::to_string(info.code));
    });
}

/// The first becomes connection 1, and so on.
std::vector<std::unique_ptr<test_client>> connect(running_server& to, journal& seen, unsigned count) {
    std::vector<std::unique_ptr<test_client>> made;
    for (unsigned i = 1; i <= count; ++i) {
        made.push_back(std::make_unique<test_client>(to.port(), "/"));
        seen.await("open " + std::to_string(i));
    }
    return made;
}

void expect_served(test_client& client) {
    client.send_text("still here?");
    EXPECT_EQ(client.read_text(), "still here?");
}

TEST(drain, spreads_the_close_frames_evenly_the_oldest_connection_first) {
    journal seen;
    running_server serving{[&](server& s) {
        echo(s, seen);
        s.on_message([](server& self, const message&) {
            self.drain(200ms, close_code::service_restart, "back soon");
        });
    }};
    const auto clients = connect(serving, seen, 4);

    // Asked for by a message: the turn in which the worker hears of it, and counts from, begins after this.
    const auto begun = steady_clock::now();
    clients[3]->send_text("drain");

    for (int i = 0; i < 4; ++i) {
        const auto told = clients[static_cast<std::size_t>(i)]->read_close();
        EXPECT_GE(steady_clock::now() - begun, i * 50ms) << "client " << i + 1 << " was told too early";
        EXPECT_EQ(told.close_code(), 1012);
        EXPECT_EQ(told.close_reason(), "back soon");
        clients[static_cast<std::size_t>(i)]->send_close(1012);
        seen.await("close " + std::to_string(i + 1) + " 1012");
    }
    for (const auto& client : clients) client->close();
    serving.stop();
    EXPECT_EQ(seen.lines().size(), 8u) << "each must be told of once";
}

TEST(drain, serves_who_has_not_been_told_as_before) {
    journal seen;
    running_server serving{[&](server& s) {
        echo(s, seen);
        s.every(1ms, [&](server&) { seen.add("tick"); });
    }};
    const auto clients = connect(serving, seen, 2);

    serving->drain(1h);

    EXPECT_EQ(clients[0]->read_close().close_code(), 1001);
    expect_served(*clients[1]);
    EXPECT_EQ(serving->subscribe(fd{2}, "news"), subscribe_result::posted);
    serving->publish("news", "published");
    EXPECT_EQ(clients[1]->read_text(), "published");
    seen.await("tick", seen.count("tick") + 3);
}

TEST(drain, turns_away_who_comes_and_who_was_about_to_open) {
    journal seen;
    std::optional<handshake> kept;
    running_server serving{[&](server& s) {
        echo(s, seen);
        s.path("/later").on_handshake([&](server&, handshake& asked) {
            kept.emplace(std::move(asked));
            seen.add("asked");
        });
    }};
    const auto clients = connect(serving, seen, 2);
    const std::string handshake_fields =
        "Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n";
    test_client undecided{serving.port()};
    undecided.send_raw("GET /later HTTP/1.1\r\n" + handshake_fields);
    seen.await("asked");
    test_client asking{serving.port()};
    asking.send_raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(asking.read_head().find("200"), std::string::npos);
    EXPECT_EQ(asking.read_exactly(4), "here");

    serving->drain(1h);
    EXPECT_EQ(clients[0]->read_close().close_code(), 1001);
    asking.send_raw("GET / HTTP/1.1\r\n" + handshake_fields);
    kept->accept();

    for (auto* refused : {&asking, &undecided}) {
        const auto head = refused->read_head();
        EXPECT_TRUE(head.starts_with("HTTP/1.1 503 ")) << head;
        EXPECT_NE(head.find("Retry-After: "), std::string::npos) << head;
    }
    EXPECT_THROW(test_client{serving.port()}, std::system_error);
    expect_served(*clients[1]);
}

TEST(drain, is_hurried_by_a_stop_that_says_what_the_drain_says) {
    journal seen;
    running_server serving{[&](server& s) { echo(s, seen); }};
    const auto clients = connect(serving, seen, 3);
    serving->drain(1h, 4321, "moving house");
    EXPECT_EQ(clients[0]->read_close().close_code(), 4321);

    serving->drain(2h, 4000, "later still");  // changes nothing
    expect_served(*clients[1]);
    serving->stop();

    for (auto* client : {clients[1].get(), clients[2].get()}) {
        const auto told = client->read_close();
        EXPECT_EQ(told.close_code(), 4321);
        EXPECT_EQ(told.close_reason(), "moving house");
    }
}

TEST(drain, is_hurried_by_a_shorter_one) {
    journal seen;
    running_server serving{[&](server& s) { echo(s, seen); }};
    const auto clients = connect(serving, seen, 3);
    serving->drain(1h);
    EXPECT_EQ(clients[0]->read_close().close_code(), 1001);

    const auto hurried = steady_clock::now();
    serving->drain(100ms);

    EXPECT_EQ(clients[1]->read_close().close_code(), 1001);
    EXPECT_EQ(clients[2]->read_close().close_code(), 1001);
    EXPECT_GE(steady_clock::now() - hurried, 50ms) << "who waits is spread anew";
}

TEST(drain, is_over_as_soon_as_the_last_one_has_left) {
    journal seen;
    const auto begun = steady_clock::now();
    {
        running_server serving{[&](server& s) { echo(s, seen); }};
        const auto clients = connect(serving, seen, 2);
        serving->drain(10s);
        for (const auto& client : clients) client->reset();
        serving.await_end();
    }
    EXPECT_LT(steady_clock::now() - begun, 4s) << "the drain time was waited for";
}

TEST(drain, takes_its_time_from_the_limits_where_none_is_given) {
    journal seen;
    options with;
    with.limits.drain_time = 1h;
    running_server serving{[&](server& s) { echo(s, seen); }, with};
    const auto clients = connect(serving, seen, 2);

    serving->drain();

    const auto told = clients[0]->read_close();
    EXPECT_EQ(told.close_code(), 1001);
    EXPECT_EQ(told.close_reason(), describe(error::shutting_down).text);
    expect_served(*clients[1]);
}

TEST(drain, may_be_asked_for_before_the_start_and_by_a_handler) {
    server early{"127.0.0.1", 0, on_tested_loop()};
    early.drain(1h);
    early.start();

    running_server serving{
        [](server& s) { s.on_open([](server& self, const request&) { self.drain(50ms); }); }};
    test_client client{serving.port(), "/"};
    EXPECT_EQ(client.read_close().close_code(), 1001);
    client.close();
    serving.await_end();
}

/// One more client on the second of two workers: the kernel chooses, so they come until one is there.
std::unique_ptr<test_client> connect_to_second(running_server& to) {
    const auto on_second = [&] {
        return std::ranges::count_if(to->connections(), [&](fd each) { return to->info(each)->worker == 1; });
    };
    const auto before = on_second();
    while (true) {
        auto next = std::make_unique<test_client>(to.port(), "/");
        expect_served(*next);
        if (on_second() > before) return next;
        next->send_close(1000);
        EXPECT_EQ(next->read_close().close_code(), 1000);
    }
}

TEST(drain, keeps_a_worker_without_connections_until_the_last_one_has_none) {
    journal seen;
    options with;
    with.workers = 2;
    running_server serving{[&](server& s) { echo(s, seen); }, with};
    const auto stays = connect_to_second(serving);

    serving->drain(1h);
    EXPECT_EQ(stays->read_close().close_code(), 1001);
    serving->post([&](server&) { seen.add("the first worker is there"); });

    seen.await("the first worker is there");
}

TEST(drain, lets_timers_go_on_until_every_worker_has_told_its_last_one) {
    journal seen;
    options with;
    with.workers = 2;
    with.limits.closing_time = with.limits.grace = 1h;
    running_server serving{[&](server& s) { echo(s, seen); }, with};
    const auto told = connect_to_second(serving);
    const auto waits = connect_to_second(serving);
    std::shared_ptr<void> until_cancelled{nullptr, [&](void*) { seen.add("cancelled"); }};
    serving->every(1ms, [&, kept = std::move(until_cancelled)](server&) { seen.add("tick"); });

    serving->drain(1h);
    EXPECT_EQ(told->read_close().close_code(), 1001);
    expect_served(*waits);
    seen.await("tick", seen.count("tick") + 3);
    EXPECT_EQ(seen.count("cancelled"), 0u);

    serving->drain(0ms);
    EXPECT_EQ(waits->read_close().close_code(), 1001);
    seen.await("cancelled");
    serving->stop(0ms);
}

TEST(stop, ends_within_its_time_whatever_the_clients_do) {
    journal seen;
    running_server serving{[&](server& s) { echo(s, seen); }};
    const auto silent = connect(serving, seen, 3);
    test_client opening{serving.port()};
    opening.send_raw("GET / HT");

    const auto begun = steady_clock::now();
    serving->stop(50ms);
    serving.stop();  // a longer one changes nothing

    EXPECT_LT(steady_clock::now() - begun, 4s) << "the closing time (5 s) or the grace (8 s) was waited for";
    for (const auto& client : silent) EXPECT_EQ(client->read_close().close_code(), 1001);
    for (const auto* line : {"close 1 1006", "close 2 1006", "close 3 1006"}) EXPECT_EQ(seen.count(line), 1u);
}

TEST(stop, says_goodbye_even_without_any_time) {
    journal seen;
    running_server serving{[&](server& s) { echo(s, seen); }};
    const auto clients = connect(serving, seen, 2);

    serving->stop(0ms);
    serving.await_end();

    for (const auto& client : clients) {
        EXPECT_EQ(client->read_close().close_code(), 1001);
        EXPECT_TRUE(client->at_end());
    }
}

}  // namespace
}  // namespace pushwire
