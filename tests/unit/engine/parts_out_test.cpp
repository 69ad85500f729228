// Messages that a handler sends in parts: what becomes of each, of what is pushed meanwhile, and of who does not read.

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::journal;
using testing::running_server;
using testing::test_client;

using opcode = protocol::opcode;

std::string name(part_result result) {
    switch (result) {
        case part_result::accepted:
            return "accepted";
        case part_result::queued:
            return "queued";
        case part_result::refused_backlog:
            return "refused_backlog";
        case part_result::invalid_text:
            return "invalid_text";
        case part_result::busy:
            return "busy";
        case part_result::not_begun:
            return "not_begun";
        case part_result::closing:
            return "closing";
        case part_result::unknown_fd:
            return "unknown_fd";
    }
    return "?";
}

void expect_frame(test_client& client, opcode code, std::string_view payload, bool fin) {
    const auto frame = client.read_frame();
    EXPECT_EQ(frame.opcode, code);
    EXPECT_EQ(frame.payload, payload);
    EXPECT_EQ(frame.fin, fin);
}

TEST(a_message_in_parts, holds_up_what_is_pushed_meanwhile) {
    running_server serving{[](server& s) {
        s.on_message([](server& self, const message& m) {
            self.subscribe(m.fd, "news");
            EXPECT_EQ(self.begin(m.fd), part_result::accepted);
            EXPECT_EQ(self.part(m.fd, "one"), part_result::accepted);
            EXPECT_EQ(self.push(m.fd, "pushed"), push_result::queued);
            EXPECT_EQ(self.publish("news", "published"), push_result::accepted);
            EXPECT_EQ(self.part(m.fd, "two"), part_result::accepted);
            EXPECT_EQ(self.end(m.fd), part_result::accepted);
            EXPECT_EQ(self.push(m.fd, "behind"), push_result::accepted);
        });
    }};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    expect_frame(client, opcode::text, "one", false);
    expect_frame(client, opcode::continuation, "two", false);
    expect_frame(client, opcode::continuation, "", true);
    expect_frame(client, opcode::text, "pushed", true);
    expect_frame(client, opcode::text, "published", true);
    expect_frame(client, opcode::text, "behind", true);
}

TEST(a_message_in_parts, lets_pongs_pass) {
    running_server serving{[](server& s) {
        s.on_message([](server& self, const message& m) {
            if (m.data == "begin") self.begin(m.fd, message_type::binary);
            if (m.data == "end") {
                self.end(m.fd);
            } else {
                self.part(m.fd, m.data);
            }
        });
    }};
    test_client client{serving.port(), "/"};

    client.send_text("begin");
    expect_frame(client, opcode::binary, "begin", false);
    client.send_frame(opcode::ping, "ping");
    expect_frame(client, opcode::pong, "ping", true);
    client.send_text("more");
    expect_frame(client, opcode::continuation, "more", false);
    client.send_text("end");
    expect_frame(client, opcode::continuation, "", true);
}

TEST(a_message_in_parts, says_what_cannot_be_done) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(name(self.part(m.fd, "one")));
            seen.add(name(self.end(m.fd)));
            seen.add(name(self.begin(fd{99})));
            seen.add(name(self.part(fd{99}, "one")));
            seen.add(name(self.end(fd{})));
            self.begin(m.fd);
            seen.add(name(self.begin(m.fd)));
            seen.add(name(self.part(m.fd, "\xff")));
            seen.add(name(self.part(m.fd, "\xc3")));
            seen.add(name(self.end(m.fd)));
            seen.add(name(self.part(m.fd, "\xa9")));
            self.disconnect(m.fd, 4000);
            seen.add(name(self.part(m.fd, "late")));
            seen.add(name(self.end(m.fd)));
            seen.add(name(self.begin(m.fd)));
            seen.add("done");
        });
    }};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("done");

    EXPECT_EQ(seen.lines(),
              (std::vector<std::string>{"not_begun", "not_begun", "unknown_fd", "unknown_fd", "unknown_fd",
                                        "busy", "invalid_text", "accepted", "invalid_text", "accepted",
                                        "closing", "closing", "closing", "done"}));
    expect_frame(client, opcode::text, "\xc3", false);
    expect_frame(client, opcode::continuation, "\xa9", false);
    EXPECT_EQ(client.read_close().close_code(), 4000);
}

/// Sends one message of `count` parts of 64 KiB to each client that asks, and watches how much waits.
struct sender {
    static constexpr std::size_t part_size = 64 * 1024;

    explicit sender(int count) : count_{count} {}

    void set_up(server& s) {
        s.on_message([this](server& self, const message& m) {
            self.begin(m.fd, message_type::binary);
            go_on(self, m.fd);
        });
        s.on_drain([this](server& self, fd which) { go_on(self, which); });
    }

    void go_on(server& self, fd to) {
        auto result = part_result::accepted;
        while (next_ != count_ && result == part_result::accepted) {
            result = self.part(to, std::string(part_size, static_cast<char>('a' + next_ % 26)));
            if (result == part_result::accepted || result == part_result::queued) ++next_;
            most_queued = std::max(most_queued, self.info(to)->queued_bytes);
        }
        if (result != part_result::accepted) ++held_up;
        if (next_ == count_ && !std::exchange(ended_, true)) self.end(to);
    }

    std::size_t most_queued = 0;
    std::atomic<int> held_up = 0;

  private:
    int count_;
    int next_ = 0;
    bool ended_ = false;
};

TEST(a_message_in_parts, goes_on_as_fast_as_the_peer_reads) {
    sender sends{2000};  // 125 MiB
    running_server serving{[&](server& s) { sends.set_up(s); }};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    while (sends.held_up == 0) std::this_thread::yield();  // for want of somebody who reads

    for (int i = 0; i < 2000; ++i) {
        const auto frame = client.read_frame();
        ASSERT_EQ(frame.payload, std::string(sender::part_size, static_cast<char>('a' + i % 26)))
            << "part " << i;
    }
    expect_frame(client, opcode::continuation, "", true);
    serving.stop();
    EXPECT_LE(sends.most_queued, 1024u * 1024u);
}

TEST(a_message_in_parts, is_refused_no_part_before_one_was_queued) {
    journal seen;
    options with;
    with.limits.max_backlog = 1000;
    running_server serving{[&](server& s) {
                               s.on_message([&](server& self, const message& m) {
                                   self.begin(m.fd, message_type::binary);
                                   // More than the kernel takes, which is known only when it is given the next.
                                   seen.add(name(self.part(m.fd, std::string(64 << 20, 'x'))));
                                   seen.add(name(self.part(m.fd, "and more")));
                                   seen.add(name(self.part(m.fd, "and yet more")));
                                   seen.add("done");
                               });
                           },
                           with};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    seen.await("done");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"accepted", "queued", "refused_backlog", "done"}));
}

/// Begins a message in parts, and pushes numbered messages behind it until one meets the policy.
void push_behind_parts(server& s, journal& seen) {
    s.on_message([&](server& self, const message& m) {
        if (m.data == "go") {
            self.begin(m.fd, message_type::binary);
            self.part(m.fd, "first");
            int taken = 0;
            while (taken < 1000 && self.push(m.fd, std::to_string(taken)) == push_result::queued) ++taken;
            seen.add("taken " + std::to_string(taken));
        }
        if (m.data == "end") {
            EXPECT_EQ(self.part(m.fd, std::string(2000, 'x')), part_result::accepted)
                << "what waits must not keep the message from going on";
            self.end(m.fd);
        }
        seen.add(std::string{m.data});
    });
    s.on_drain([&](server&, fd) { seen.add("drained"); });
}

TEST(a_message_in_parts, lets_messages_wait_within_the_backlog_and_goes_on_itself) {
    journal seen;
    options with;
    with.limits.max_backlog = 1000;
    running_server serving{[&](server& s) { push_behind_parts(s, seen); }, with};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    expect_frame(client, opcode::binary, "first", false);
    for (int i = 0; i < 5; ++i) {
        client.send_text("tick");
        seen.await("tick", static_cast<std::size_t>(i) + 1);
    }
    EXPECT_EQ(seen.count("drained"), 0u) << "nobody can push more yet";

    client.send_text("end");
    expect_frame(client, opcode::continuation, std::string(2000, 'x'), false);
    expect_frame(client, opcode::continuation, "", true);
    const int taken = 10 + 90 + (1000 - 10 * 3 - 90 * 4) / 5;  // by the sizes of their frames
    for (int i = 0; i < taken; ++i) expect_frame(client, opcode::text, std::to_string(i), true);
    seen.await("drained");
    EXPECT_EQ(seen.count("taken " + std::to_string(taken)), 1u);
    EXPECT_EQ(seen.count("drained"), 1u);
}

TEST(a_message_in_parts, lets_the_oldest_of_those_that_wait_be_dropped_where_the_policy_says_so) {
    journal seen;
    options with;
    with.limits.max_backlog = 1000;
    with.limits.when_backlog_full = backlog_policy::drop_oldest;
    running_server serving{[&](server& s) { push_behind_parts(s, seen); }, with};
    test_client client{serving.port(), "/"};
    client.send_text("go");
    client.send_text("end");

    expect_frame(client, opcode::binary, "first", false);
    expect_frame(client, opcode::continuation, std::string(2000, 'x'), false);
    expect_frame(client, opcode::continuation, "", true);
    const int kept = 1000 / 5;
    for (int i = 1000 - kept; i < 1000; ++i) expect_frame(client, opcode::text, std::to_string(i), true);
}

TEST(a_message_in_parts, ends_with_the_connection_where_the_policy_closes_it) {
    journal seen;
    options with;
    with.limits.max_backlog = 1000;
    with.limits.when_backlog_full = backlog_policy::close;
    running_server serving{[&](server& s) { push_behind_parts(s, seen); }, with};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    expect_frame(client, opcode::binary, "first", false);
    EXPECT_EQ(client.read_close().close_code(), 1013);
}

TEST(a_message_in_parts, fails_the_connection_where_its_next_part_does_not_come) {
    options with;
    with.limits.part_time = 50ms;
    journal seen;
    running_server serving{[&](server& s) {
                               s.on_message([](server& self, const message& m) {
                                   self.begin(m.fd);
                                   self.part(m.fd, "first");
                               });
                               s.on_close([&](server&, fd, const close_info& info) {
                                   seen.add(std::string{describe(info.why).name});
                               });
                           },
                           with};
    test_client client{serving.port(), "/"};
    client.send_text("go");

    expect_frame(client, opcode::text, "first", false);
    EXPECT_EQ(client.read_close().close_code(), 1011);
    seen.await("part_timeout");
}

}  // namespace
}  // namespace pushwire
