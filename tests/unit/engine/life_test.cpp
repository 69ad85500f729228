// The life of a server: listening, stopping, timers, loops of others, violations and broken peers.

#include <atomic>
#include <set>

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::journal;
using testing::on_tested_loop;
using testing::running_server;
using testing::test_client;

TEST(server, tells_everyone_1001_when_it_stops_and_returns_after_the_last_close) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request&) { seen.add("open"); });
        s.on_close(
            [&](server&, fd, const close_info& info) { seen.add("close " + std::to_string(info.code)); });
    }};
    test_client a{serving.port(), "/"};
    test_client b{serving.port(), "/"};
    seen.await("open", 2);

    std::thread stopping{[&] { serving.stop(); }};
    for (auto* client : {&a, &b}) {
        EXPECT_EQ(client->read_close().close_code(), 1001);
        client->send_close(1001);
        EXPECT_TRUE(client->at_end());
        client->close();
    }
    stopping.join();

    EXPECT_EQ(seen.count("close 1001"), 2u);
}

TEST(server, cuts_off_after_the_grace_whoever_does_not_answer) {
    journal seen;
    options with;
    with.limits.grace = 50ms;
    running_server serving{[&](server& s) {
                               s.on_open([&](server&, const request&) { seen.add("open"); });
                               s.on_close([&](server&, fd, const close_info& info) {
                                   seen.add("close " + std::to_string(info.code));
                               });
                           },
                           with};
    test_client silent{serving.port(), "/"};
    seen.await("open");

    const auto begun = std::chrono::steady_clock::now();
    serving.stop();

    EXPECT_EQ(seen.count("close 1006"), 1u);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s)
        << "the closing time (5 s) was waited for instead";
}

TEST(server, may_be_stopped_before_it_starts_and_by_a_handler) {
    server early{"127.0.0.1", 0, on_tested_loop()};
    early.stop();
    early.start();

    running_server serving{[](server& s) { s.on_open([](server& self, const request&) { self.stop(); }); }};
    test_client client{serving.port(), "/"};
    EXPECT_EQ(client.read_close().close_code(), 1001);
}

TEST(server, serves_nobody_when_it_does_not_get_all_its_threads) {
    options with;
    with.listen = {"127.0.0.1:0"};
    with.workers = 3;
    with.handle_signals = false;
    server s{on_tested_loop(with)};
    s.stop();
    pthread_attr_t usual{};
    pthread_attr_t impossible{};
    pthread_getattr_default_np(&usual);
    pthread_getattr_default_np(&impossible);
    pthread_attr_setstacksize(&impossible, std::size_t{1} << 60);
    pthread_setattr_default_np(&impossible);

    EXPECT_THROW(s.start(), setup_error);

    pthread_setattr_default_np(&usual);
    s.start();  // and is there when they are to be had
}

TEST(server, says_what_is_wrong_with_its_options) {
    const auto complaint = [](const options& with) -> std::string {
        try {
            server made{on_tested_loop(with)};
            made.listen();
        } catch (const setup_error& wrong) {
            return wrong.what();
        }
        return "none";
    };
    options nowhere;
    EXPECT_NE(complaint(nowhere).find("no address"), std::string::npos);
    options garbled;
    garbled.listen = {"127.0.0.1:port"};
    EXPECT_NE(complaint(garbled).find("port"), std::string::npos);
    options negative;
    negative.listen = {"127.0.0.1:0"};
    negative.limits.closing_time = 0ms;
    EXPECT_NE(complaint(negative).find("closing_time"), std::string::npos);
}

TEST(server, refuses_a_port_that_another_one_serves) {
    server first{"127.0.0.1", 0, on_tested_loop()};
    first.listen();
    server second{"127.0.0.1", first.port(), on_tested_loop()};

    try {
        second.listen();
        FAIL() << "two servers listen on one port";
    } catch (const setup_error& wrong) {
        EXPECT_NE(std::string{wrong.what()}.find(std::to_string(first.port())), std::string::npos)
            << wrong.what();
    }
}

TEST(server, closes_what_is_left_when_it_is_destroyed) {
    journal seen;
    {
        server s{"127.0.0.1", 0, on_tested_loop()};
        s.on_open([&](server&, const request&) { seen.add("open"); });
        s.on_close([&](server&, fd) { seen.add("close"); });
        s.listen();
        std::thread opening{[port = s.port()] {
            test_client client{port, "/"};
            EXPECT_TRUE(client.read_close().close_code() == 1001);
        }};
        while (seen.count("open") == 0) s.run_once(10s);
        s.stop();
        s.run_once(0ms);
        opening.join();
    }
    EXPECT_EQ(seen.count("close"), 1u);
}

TEST(server, runs_inside_the_loop_of_another) {
    server s{"127.0.0.1", 0, on_tested_loop()};
    s.on_message([&](server& self, const message& m) { self.push(m.fd, m.data); });
    s.on_close([&](server& self, fd) { self.stop(); });
    s.on_open([](server& self, const request& r) {
        self.after(1ms, [which = r.fd](server& later) { later.push(which, "timer"); });
    });
    s.listen();
    std::atomic<bool> served{false};
    std::thread client_thread{[&, port = s.port()] {
        test_client client{port, "/"};
        EXPECT_EQ(client.read_text(), "timer");
        client.send_text("hello");
        EXPECT_EQ(client.read_text(), "hello");
        s.post([&](server&) { served = true; });
        client.send_close(1000);
        EXPECT_EQ(client.read_close().close_code(), 1000);
    }};

    // A host's loop: it waits on the descriptor alone, and would hang here if that missed something.
    bool goes_on = true;
    while (goes_on) {
        pollfd waiting{s.descriptor(), POLLIN, 0};
        ASSERT_EQ(::poll(&waiting, 1, 10'000), 1) << "the descriptor did not become readable";
        goes_on = s.run_once(0ms);
    }
    client_thread.join();

    EXPECT_TRUE(served);
}

TEST(server, sends_what_its_host_pushes_between_turns) {
    journal seen;
    server s{"127.0.0.1", 0, on_tested_loop()};
    s.on_open([&](server&, const request&) { seen.add("open"); });
    s.listen();
    std::thread client_thread{[port = s.port()] {
        test_client client{port, "/"};
        EXPECT_EQ(client.read_text(), "from the host");
    }};
    while (seen.count("open") == 0) s.run_once(10s);

    EXPECT_EQ(s.push(fd{1}, "from the host"), push_result::accepted);
    pollfd waiting{s.descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 10'000), 1)
        << "the descriptor does not tell that there is something to send";
    s.run_once(0ms);
    client_thread.join();
}

TEST(server, fires_timers_in_time_until_they_are_cancelled) {
    journal seen;
    running_server serving{[&](server& s) {
        s.after(30ms, [&](server&) { seen.add("later"); });
        s.after(1ms, [&](server&) { seen.add("sooner"); });
        const auto never = s.after(2ms, [&](server&) { seen.add("cancelled"); });
        s.cancel(never);
        auto count = std::make_shared<int>(0);
        auto id = std::make_shared<server::timer_id>();
        *id = s.every(1ms, [&, count, id](server& self) {
            seen.add("tick");
            if (++*count == 3) self.cancel(*id);
        });
        s.after(1ms, [](server&) { throw std::runtime_error{"in a timer"}; });
        s.on_error(
            [&](server&, const error_report& report) { seen.add(std::string{report.where} + " threw"); });
    }};
    seen.await("later");
    serving.stop();

    EXPECT_EQ(seen.count("tick"), 3u);
    EXPECT_EQ(seen.count("cancelled"), 0u);
    EXPECT_EQ(seen.count("timer threw"), 1u);
    const auto lines = seen.lines();
    EXPECT_LT(std::ranges::find(lines, "sooner"), std::ranges::find(lines, "later"));
}

TEST(server, knows_its_connections_from_any_thread) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server&, const request&) { seen.add("open"); });
        s.on_message([&](server&, const message&) { seen.add("message"); });
        s.on_close([&](server&, fd) { seen.add("close"); });
    }};
    const auto before = std::chrono::system_clock::now();
    test_client a{serving.port(), "/"};
    seen.await("open");
    test_client b{serving.port(), "/"};
    seen.await("open", 2);
    serving->post([&](server&) { seen.add("a turn later"); });
    seen.await("a turn later");

    EXPECT_TRUE(serving->exists(fd{1}));
    const auto facts = serving->info(fd{2});
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->remote_address, "127.0.0.1");
    EXPECT_NE(facts->remote_port, 0);
    EXPECT_GE(facts->connected_at, before - 1s);
    EXPECT_EQ(facts->queued_bytes, 0u);
    const auto all = serving->connections();
    EXPECT_EQ(std::set<fd>(all.begin(), all.end()), (std::set<fd>{fd{1}, fd{2}}));

    a.reset();
    seen.await("close");
    b.reset();
    serving.stop();
    EXPECT_FALSE(serving->exists(fd{1}));
    EXPECT_FALSE(serving->info(fd{1}));
    EXPECT_TRUE(serving->connections().empty());
    EXPECT_EQ(serving->stats().opened, 2u);
    EXPECT_EQ(serving->stats().closed, 2u);
}

TEST(server, gives_each_worker_numbers_of_its_own) {
    journal seen;
    options with;
    with.workers = 3;
    running_server serving{[&](server& s) {
                               s.on_open([&](server& self, const request& r) {
                                   const auto worker = self.info(r.fd)->worker;
                                   seen.add((r.fd.number() - 1) % 3 == worker ? "fits" : "does not fit");
                               });
                           },
                           with};
    std::vector<std::unique_ptr<test_client>> clients;
    for (int i = 0; i < 12; ++i) clients.push_back(std::make_unique<test_client>(serving.port(), "/"));

    seen.await("fits", 12);
    EXPECT_EQ(seen.count("does not fit"), 0u);
}

TEST(server, lets_1009_reach_a_peer_amid_a_long_upload) {
    options with;
    with.limits.max_message = 1000;
    running_server serving{[](server&) {}, with};
    test_client client{serving.port(), "/"};

    // The header announces ten megabytes; the peer goes on sending while the close frame is on its way.
    const auto frame = testing::client_frame(protocol::opcode::binary, std::string(10'000'000, 'x'));
    std::thread upload{[&] {
        try {
            client.send_raw(frame);
        } catch (const std::system_error&) {
            return;  // the server has had enough
        }
    }};
    const auto close = client.read_close();
    upload.join();

    EXPECT_EQ(close.close_code(), 1009);
}

TEST(server, keeps_quiet_connections_alive_and_drops_dead_ones) {
    journal seen;
    options with;
    with.limits.ping_after = 20ms;
    with.limits.idle_timeout = 200ms;
    running_server serving{[&](server& s) {
                               s.on_close([&](server&, fd, const close_info& info) {
                                   seen.add(std::string{describe(info.why).name});
                               });
                           },
                           with};
    test_client client{serving.port(), "/"};

    EXPECT_EQ(client.read_frame().opcode, protocol::opcode::ping);
    client.send_frame(protocol::opcode::pong, "");
    EXPECT_EQ(client.read_frame().opcode, protocol::opcode::ping) << "a pong must not end the watch";
    EXPECT_EQ(client.read_close().close_code(), 1011);
    seen.await("idle_timeout");
}

TEST(server, takes_messages_larger_than_a_read_whole) {
    running_server serving{[](server& s) {
        s.on_message([](server& self, const message& m) { self.push(m.fd, m.data, m.type); });
    }};
    test_client client{serving.port(), "/"};
    std::string big(9'000'000, '\0');
    for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 31 >> 3);
    std::thread upload{[&] {
        client.send_raw(testing::client_frame(protocol::opcode::binary,
                                              std::string_view{big}.substr(0, 5'000'000), false));
        client.send_raw(
            testing::client_frame(protocol::opcode::continuation, std::string_view{big}.substr(5'000'000)));
    }};

    EXPECT_EQ(client.read_frame().payload, big);
    upload.join();
}

TEST(server, wakes_its_host_for_what_was_asked_before_the_first_turn_and_for_a_stop) {
    for (const bool turned_before : {false, true}) {
        server s{"127.0.0.1", 0, on_tested_loop()};
        s.listen();
        if (turned_before) s.run_once(0ms);
        pollfd waiting{s.descriptor(), POLLIN, 0};
        while (turned_before && ::poll(&waiting, 1, 0) == 1) s.run_once(0ms);

        s.stop();

        ASSERT_EQ(::poll(&waiting, 1, 10'000), 1)
            << "a host would sleep, with a turn before: " << turned_before;
        bool goes_on = true;
        while (goes_on && ::poll(&waiting, 1, 10'000) == 1) goes_on = s.run_once(0ms);
        EXPECT_FALSE(goes_on);
    }
}

TEST(server, ends_soon_after_a_stop_when_nobody_is_there) {
    const auto begun = std::chrono::steady_clock::now();
    running_server serving{[](server& s) { s.after(1ms, [](server& self) { self.stop(); }); }};
    serving.stop();

    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s) << "the grace was waited for";
}

TEST(server, refuses_clients_and_leaves_no_path_once_it_has_stopped) {
    const std::string path = ::testing::TempDir() + "pushwire-" + std::to_string(::getpid()) + ".sock";
    options with;
    with.listen = {"127.0.0.1:0", "unix:" + path};
    server s{on_tested_loop(with)};
    s.listen();
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);

    s.stop();
    while (s.run_once(0ms)) {
    }

    EXPECT_THROW(test_client{s.port()}, std::system_error);
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST(server, uses_handlers_that_were_set_between_listening_and_starting) {
    server s{"127.0.0.1", 0, on_tested_loop()};
    s.listen();
    s.path("/room/*").on_open([](server& self, const request& r) { self.push(r.fd, "room"); });
    s.on_message([](server& self, const message& m) { self.push(m.fd, m.data); });
    std::thread client_thread{[&, port = s.port()] {
        test_client client{port, "/room/1"};
        EXPECT_EQ(client.read_text(), "room");
        client.send_text("for all");
        EXPECT_EQ(client.read_text(), "for all");
        s.stop();
    }};
    s.start();
    client_thread.join();
}

TEST(server, takes_times_without_end) {
    options with;
    with.limits.idle_timeout = std::chrono::milliseconds::max();
    with.limits.ping_after = std::chrono::milliseconds::max();
    running_server serving{[](server& s) {
                               s.after(std::chrono::milliseconds::max(),
                                       [](server&) { ADD_FAILURE() << "it fired"; });
                               s.on_message([](server& self, const message& m) { self.push(m.fd, m.data); });
                           },
                           with};
    test_client client{serving.port(), "/"};
    client.send_text("here");

    EXPECT_EQ(client.read_text(), "here");
}

}  // namespace
}  // namespace pushwire
