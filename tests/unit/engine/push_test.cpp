// What becomes of a push: its results, the bounded backlog and its policies, other threads, topics.

#include <map>

#include <gtest/gtest.h>

#include "support/names_of_results.hpp"
#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::journal;
using testing::name;
using testing::running_server;
using testing::test_client;

constexpr std::size_t chunk = 64 * 1024;

/// A message of which the first bytes tell its number.
std::string numbered(int number) {
    auto text = std::to_string(number) + " ";
    text.resize(chunk, '.');
    return text;
}

TEST(push, answers_the_connection_that_it_names) {
    running_server serving{[&](server& s) {
        s.on_message([](server& self, const message& m) { self.push(m.fd, m.data, m.type); });
    }};
    test_client client{serving.port(), "/"};

    client.send_text("hello");
    EXPECT_EQ(client.read_text(), "hello");
    client.send_frame(protocol::opcode::binary, std::string(100'000, '\xff'));
    const auto frame = client.read_frame();

    EXPECT_EQ(frame.opcode, protocol::opcode::binary);
    EXPECT_EQ(frame.payload, std::string(100'000, '\xff'));
}

TEST(push, says_what_became_of_the_message) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(name(self.push(m.fd, "fine")));
            seen.add(name(self.push(m.fd, "\xff")));
            seen.add(name(self.push(m.fd, "\xff", message_type::binary)));
            seen.add(name(self.push(fd{99}, "nobody")));
            seen.add(name(self.push(fd{}, "nobody")));
            self.disconnect(m.fd);
            seen.add(name(self.push(m.fd, "late")));
            seen.add("end");
        });
    }};

    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("end");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"accepted", "invalid_text", "accepted", "unknown_fd",
                                                      "unknown_fd", "closing", "end"}));
    EXPECT_EQ(client.read_text(), "fine");
    EXPECT_EQ(client.read_frame().opcode, protocol::opcode::binary);
    EXPECT_EQ(client.read_close().close_code(), 1000);
}

TEST(push, checks_a_part_of_the_message_in_hand_only_where_it_cuts_a_character) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(name(self.push(m.fd, m.data.substr(0, 2))));
            seen.add(name(self.push(m.fd, m.data.substr(0, 1))));
            seen.add(name(self.push(m.fd, m.data.substr(1))));
            seen.add("end");
        });
    }};

    test_client client{serving.port(), "/"};
    client.send_text("\xc3\xa9t\xc3\xa9");
    seen.await("end");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"accepted", "invalid_text", "invalid_text", "end"}));
}

/// Pushes numbered messages to a client that does not read until `refusals` of them met the policy; the journal says
/// how many were taken. Then tells "full".
void fill_backlog(server& s, journal& seen) {
    s.on_message([&](server& self, const message& m) {
        int taken = 0;
        for (int i = 0; i < 1000; ++i) {
            const auto result = self.push(m.fd, numbered(i));
            if (result == push_result::refused_backlog || result == push_result::closing) {
                seen.add(name(result));
                break;
            }
            taken = i + 1;
        }
        seen.add("taken " + std::to_string(taken));
        const auto facts = self.info(m.fd);
        seen.add(facts && facts->queued_bytes <= 1024 * 1024 ? "within the bound" : "over the bound");
        seen.add("full");
    });
    s.on_drain([&](server& self, fd which) {
        seen.add("drained");
        self.push(which, "after");
    });
}

TEST(push, is_refused_when_the_backlog_is_full_and_told_when_it_has_drained) {
    journal seen;
    running_server serving{[&](server& s) { fill_backlog(s, seen); }};

    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("full");
    int number = 0;
    for (auto text = client.read_text(); text != "after"; text = client.read_text()) {
        EXPECT_EQ(text, numbered(number++)) << "messages must arrive whole and in order";
    }

    EXPECT_EQ(seen.count("refused_backlog"), 1u);
    EXPECT_EQ(seen.count("within the bound"), 1u);
    EXPECT_EQ(seen.count("taken " + std::to_string(number)), 1u) << "what was taken must arrive";
    EXPECT_EQ(seen.count("drained"), 1u);
}

TEST(push, tells_of_the_drain_when_the_last_bytes_left_after_the_send) {
    journal seen;
    const std::string large(8 * 1024 * 1024, 'x');  // more than the kernel takes at once
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            self.push(m.fd, large);
            seen.add(name(self.push(m.fd, "no room")));
        });
        s.on_drain([&](server& self, fd which) { self.push(which, "after"); });
    }};

    test_client client{serving.port(), "/"};
    client.send_text("go");

    EXPECT_EQ(client.read_text().size(), large.size());
    EXPECT_EQ(client.read_text(), "after");
    EXPECT_EQ(seen.count("refused_backlog"), 1u);
}

TEST(push, tells_the_end_at_once_when_on_drain_throws) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            int i = 0;
            while (self.push(m.fd, numbered(i)) != push_result::refused_backlog) ++i;
            seen.add("full");
        });
        s.on_drain([](server&, fd) { throw std::runtime_error{"in on_drain"}; });
        s.on_close(
            [&](server&, fd, const close_info& info) { seen.add(std::string{describe(info.why).name}); });
        s.on_error([&](server&, const error_report& report) { seen.add(report.what); });
    }};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("full");

    auto frame = client.read_frame();
    while (frame.opcode == protocol::opcode::text) frame = client.read_frame();
    seen.await("handler_threw");

    EXPECT_EQ(frame.close_code(), 1011);
    EXPECT_EQ(seen.count("in on_drain"), 1u);
}

TEST(push, makes_room_by_dropping_the_oldest_where_the_policy_says_so) {
    journal seen;
    options with;
    with.limits.when_backlog_full = backlog_policy::drop_oldest;
    running_server serving{[&](server& s) { fill_backlog(s, seen); }, with};

    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("full");
    int last = -1;
    int received = 0;
    for (auto text = client.read_text(); text != "after"; text = client.read_text()) {
        const int number = std::stoi(text);
        EXPECT_EQ(text, numbered(number)) << "a message must arrive whole or not at all";
        EXPECT_GT(number, last) << "order must be kept";
        last = number;
        ++received;
    }

    EXPECT_EQ(seen.count("taken 1000"), 1u);
    EXPECT_EQ(seen.count("within the bound"), 1u);
    EXPECT_EQ(last, 999) << "the newest must arrive";
    EXPECT_LT(received, 1000);
}

TEST(push, sends_a_large_message_while_its_handler_still_runs) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            self.push(m.fd, std::string(20'000, 'x'));
            seen.await("read");
            seen.add("read while it ran");
        });
    }};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    EXPECT_EQ(client.read_text().size(), 20'000U);
    seen.add("read");
    seen.await("read while it ran");
}

TEST(push, drops_nothing_for_a_message_that_would_not_fit_even_then) {
    journal seen;
    options with;
    with.limits.max_backlog = 16'000'000;
    with.limits.when_backlog_full = backlog_policy::drop_oldest;
    running_server serving{
        [&](server& s) {
            s.on_message([&](server& self, const message& m) {
                self.push(m.fd,
                          std::string(8'000'000, 'x'));  // more than the kernel takes at once: it is begun
                seen.add("small: " + name(self.push(m.fd, "small")));
                seen.add("huge: " + name(self.push(m.fd, std::string(16'000'001, 'y'))));
                self.push(m.fd, "end");
            });
        },
        with};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("huge: refused_backlog");

    EXPECT_EQ(seen.count("small: queued"), 1u);
    EXPECT_EQ(client.read_text().size(), 8'000'000u);
    EXPECT_EQ(client.read_text(), "small");
    EXPECT_EQ(client.read_text(), "end");
}

TEST(push, closes_the_slow_connection_with_1013_where_the_policy_says_so) {
    journal seen;
    options with;
    with.limits.when_backlog_full = backlog_policy::close;
    running_server serving{[&](server& s) {
                               fill_backlog(s, seen);
                               s.on_close([&](server&, fd, const close_info& info) {
                                   seen.add("closed: " + std::string{describe(info.why).name});
                               });
                           },
                           with};

    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("closed: backlog_full");
    auto frame = client.read_frame();
    while (frame.opcode == protocol::opcode::text) frame = client.read_frame();

    EXPECT_EQ(frame.opcode, protocol::opcode::close);
    EXPECT_EQ(frame.close_code(), 1013);
    EXPECT_EQ(seen.count("closing"), 1u);
}

TEST(push, takes_a_message_larger_than_the_backlog_when_nothing_waits) {
    options with;
    with.limits.max_backlog = 1000;
    running_server serving{
        [&](server& s) {
            s.on_message([](server& self, const message& m) {
                EXPECT_EQ(self.push(m.fd, std::string(40'000'000, 'x')), push_result::accepted);
                EXPECT_EQ(self.push(m.fd, std::string(2'000, 'y')), push_result::refused_backlog);
            });
        },
        with};

    test_client client{serving.port(), "/"};
    client.send_text("go");

    EXPECT_EQ(client.read_text(), std::string(40'000'000, 'x'));
}

TEST(push, takes_a_large_message_behind_small_ones_that_could_have_left) {
    options with;
    with.limits.max_backlog = 1000;
    with.limits.when_backlog_full = backlog_policy::close;
    running_server serving{[&](server& s) {
                               s.on_open([](server& self, const request& r) {
                                   EXPECT_EQ(self.push(r.fd, "small"), push_result::accepted);
                                   EXPECT_EQ(self.push(r.fd, std::string(50'000, 'x')),
                                             push_result::accepted);
                               });
                           },
                           with};
    test_client client{serving.port(), "/"};

    EXPECT_EQ(client.read_text(), "small");
    EXPECT_EQ(client.read_text(), std::string(50'000, 'x'));
}

TEST(push, may_come_from_any_thread_and_keeps_the_order_of_each) {
    journal seen;
    running_server serving{[&](server& s) { s.on_open([&](server&, const request&) { seen.add("open"); }); }};
    test_client client{serving.port(), "/"};
    seen.await("open");

    constexpr int each = 500;
    std::vector<std::thread> threads;
    for (const char who : {'a', 'b', 'c'}) {
        threads.emplace_back([&, who] {
            for (int i = 0; i < each; ++i) {
                EXPECT_EQ(serving->push(fd{1}, who + std::to_string(i)), push_result::posted);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    serving->disconnect(fd{1}, 4000, "done");

    std::map<char, int> next;
    for (auto frame = client.read_frame(); frame.opcode == protocol::opcode::text;
         frame = client.read_frame()) {
        EXPECT_EQ(frame.payload.substr(1), std::to_string(next[frame.payload[0]]++));
    }
    EXPECT_EQ(next, (std::map<char, int>{{'a', each}, {'b', each}, {'c', each}}));
}

TEST(push, from_another_thread_tells_later_what_was_refused) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server& self, const request& r) {
            seen.add("open");
            self.pause(r.fd);
        });
        s.on_refused([&](server&, fd which, std::size_t bytes) {
            seen.add("refused " + to_string(which) + " " + std::to_string(bytes));
        });
    }};
    test_client client{serving.port(), "/"};
    seen.await("open");

    EXPECT_EQ(serving->push(fd{1}, "\xff\xff"), push_result::posted);
    seen.await("refused 1 2");
    EXPECT_EQ(serving->push(fd{7}, "nobody"), push_result::unknown_fd);
}

TEST(push, is_refused_by_a_full_mailbox) {
    journal seen;
    options with;
    with.limits.max_mailbox = 10'000;
    running_server serving{[&](server& s) { s.on_open([&](server&, const request&) { seen.add("open"); }); },
                           with};
    test_client client{serving.port(), "/"};
    seen.await("open");

    EXPECT_EQ(serving->push(fd{1}, std::string(20'000, 'x')), push_result::refused_mailbox);
    EXPECT_EQ(serving->push(fd{1}, "small"), push_result::posted);
    EXPECT_EQ(client.read_text(), "small");
}

TEST(publish, reaches_every_subscriber_and_nobody_else) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_open([&](server& self, const request& r) {
            if (r.path == "/news") {
                EXPECT_EQ(self.subscribe(r.fd, "news"), subscribe_result::subscribed);
            }
            seen.add("open");
        });
        s.on_message([&](server& self, const message& m) {
            if (m.data == "leave") self.unsubscribe(m.fd, "news");
            self.push(m.fd, "ok");
        });
    }};
    test_client a{serving.port(), "/news"};
    test_client b{serving.port(), "/news"};
    test_client c{serving.port(), "/other"};
    seen.await("open", 3);

    EXPECT_EQ(serving->publish("news", "first"), push_result::posted);
    EXPECT_EQ(a.read_text(), "first");
    EXPECT_EQ(b.read_text(), "first");
    b.send_text("leave");
    EXPECT_EQ(b.read_text(), "ok");
    serving->publish("news", "second");
    EXPECT_EQ(a.read_text(), "second");
    for (auto* quiet : {&b, &c}) {
        quiet->send_text("anything else?");
        EXPECT_EQ(quiet->read_text(), "ok") << "a publication came to somebody who had not asked for it";
    }
    EXPECT_EQ(serving->publish("news", "\xff"), push_result::invalid_text);
}

TEST(publish, in_a_handler_keeps_its_place_among_the_pushes) {
    running_server serving{[&](server& s) {
        s.on_open([&](server& self, const request& r) { (void)self.subscribe(r.fd, "t"); });
        s.on_message([&](server& self, const message& m) {
            self.push(m.fd, "before");
            EXPECT_EQ(self.publish("t", "published"), push_result::accepted);
            self.push(m.fd, "after");
        });
    }};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    EXPECT_EQ(client.read_text(), "before");
    EXPECT_EQ(client.read_text(), "published");
    EXPECT_EQ(client.read_text(), "after");
}

TEST(publish, works_across_workers) {
    journal seen;
    options with;
    with.workers = 3;
    running_server serving{
        [&](server& s) {
            s.on_open([&](server& self, const request& r) {
                (void)self.subscribe(r.fd, "t");
                seen.add("worker " + std::to_string(self.info(r.fd)->worker));
                seen.add("open");
            });
            s.on_message([&](server& self, const message& m) { self.publish("t", m.data); });
        },
        with};
    std::vector<std::unique_ptr<test_client>> clients;
    for (std::size_t i = 0; i < 24; ++i) {
        clients.push_back(std::make_unique<test_client>(serving.port(), "/"));
        seen.await("open", i + 1);
    }
    clients.front()->send_text("to all");

    for (auto& client : clients) EXPECT_EQ(client->read_text(), "to all");
    EXPECT_EQ(serving->connections().size(), 24u);
    EXPECT_EQ(serving->stats().open, 24u);
    EXPECT_LT(seen.count("worker 0"), 24u) << "all connections came to one worker";
}

}  // namespace
}  // namespace pushwire
