// Messages that a handler takes in parts.

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using testing::journal;
using testing::running_server;
using testing::test_client;

using opcode = protocol::opcode;

std::string to_text(const message_part& part) {
    return std::string{part.type == message_type::text ? "text" : "binary"} + (part.first ? " first" : "") +
           (part.last ? " last" : "") + " " + std::string{part.data};
}

TEST(a_route_for_parts, is_told_what_came_as_it_comes) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message_part([&](server&, const message_part& part) { seen.add(to_text(part)); });
        s.on_message([&](server&, const message&) { seen.add("whole"); });
    }};
    test_client client{serving.port(), "/"};

    client.send_frame(opcode::text, "one", false);
    seen.await("text first one");
    client.send_frame(opcode::ping, "");
    EXPECT_EQ(client.read_frame().opcode, opcode::pong);
    client.send_frame(opcode::continuation, "two", true);
    seen.await("text last two");
    client.send_frame(opcode::binary, "");
    seen.await("binary first last ");

    EXPECT_EQ(seen.count("whole"), 0u);
    EXPECT_EQ(serving->stats().messages_received, 2u);
    EXPECT_EQ(serving->stats().bytes_received, 6u);
}

TEST(a_route_for_parts, is_chosen_by_the_path_that_has_it) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message_part(
            [&](server&, const message_part& part) { seen.add("part " + std::string{part.data}); });
        s.path("/whole").on_message(
            [&](server&, const message& m) { seen.add("whole " + std::string{m.data}); });
        s.path("/neither").on_open([](server&, const request&) {});
    }};
    test_client whole{serving.port(), "/whole"};
    test_client neither{serving.port(), "/neither"};

    whole.send_text("one");
    seen.await("whole one");
    neither.send_text("two");
    seen.await("part two");
}

TEST(a_route_for_parts, has_no_last_part_where_the_connection_ends_amid_a_message) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message_part([&](server&, const message_part& part) { seen.add(to_text(part)); });
        s.on_close(
            [&](server&, fd, const close_info& info) { seen.add("closed " + std::to_string(info.code)); });
    }};
    test_client client{serving.port(), "/"};
    client.send_frame(opcode::text, "one", false);
    seen.await("text first one");
    client.close();
    seen.await("closed 1006");

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"text first one", "closed 1006"}));
}

TEST(a_route_for_parts, is_told_no_more_after_a_disconnect_nor_after_a_throw) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message_part([&](server& self, const message_part& part) {
            seen.add(std::string{part.data});
            if (part.data == "throw") throw std::runtime_error{"in on_message_part"};
            self.disconnect(part.fd, 4000);
        });
        s.on_error([&](server&, const error_report& report) { seen.add(std::string{report.where}); });
    }};
    test_client disconnected{serving.port(), "/"};
    disconnected.send_frame(opcode::text, "one", false);
    EXPECT_EQ(disconnected.read_close().close_code(), 4000);
    disconnected.send_frame(opcode::continuation, "two");

    test_client thrown{serving.port(), "/"};
    thrown.send_raw(testing::client_frame(opcode::text, "throw", false) +
                    testing::client_frame(opcode::continuation, "three"));
    EXPECT_EQ(thrown.read_close().close_code(), 1011);

    serving.stop();
    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"one", "throw", "on_message_part"}));
}

TEST(a_route_for_parts, holds_up_the_peer_while_it_is_paused) {
    journal seen;
    running_server serving{[&](server& s) {
        s.on_message_part([&](server& self, const message_part& part) {
            seen.add(std::string{part.data.substr(0, 1)});
            self.pause(part.fd);
            self.post(part.fd, [&, who = part.fd](server& on) {
                seen.add("resumed");
                on.resume(who);
            });
        });
    }};
    test_client client{serving.port(), "/"};
    client.send_raw(testing::client_frame(opcode::binary, "a", false) +
                    testing::client_frame(opcode::continuation, "b", false) +
                    testing::client_frame(opcode::continuation, "c"));
    seen.await("resumed", 3);

    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"a", "resumed", "b", "resumed", "c", "resumed"}));
}

/// Sends each part back, and reads on only while the peer reads.
void echo_in_parts(server& s, std::size_t& most_queued) {
    s.on_message_part([&](server& self, const message_part& part) {
        if (part.first) self.begin(part.fd, part.type);
        const auto said = self.part(part.fd, part.data);
        EXPECT_TRUE(said == part_result::accepted || said == part_result::queued);
        if (part.last) self.end(part.fd);
        if (said == part_result::queued) self.pause(part.fd);
        most_queued = std::max(most_queued, self.info(part.fd)->queued_bytes);
    });
    s.on_drain([](server& self, fd which) { self.resume(which); });
}

TEST(a_route_for_parts, can_pass_on_more_than_it_may_hold) {
    constexpr std::size_t frame_size = 1'000'000;
    constexpr std::size_t frames = 100;
    std::size_t most_queued = 0;
    options with;
    with.limits.max_message = 1000;
    running_server serving{[&](server& s) { echo_in_parts(s, most_queued); }, with};
    test_client client{serving.port(), "/"};

    std::thread sends{[&] {
        for (std::size_t i = 0; i < frames; ++i) {
            const auto letter = static_cast<char>('a' + i % 26);
            client.send_frame(i == 0 ? opcode::text : opcode::continuation, std::string(frame_size, letter),
                              i + 1 == frames);
        }
    }};
    std::size_t received = 0;
    bool in_order = true;
    for (bool last = false; !last;) {
        const auto frame = client.read_frame();
        EXPECT_EQ(frame.opcode, received == 0 ? opcode::text : opcode::continuation);
        for (const char c : frame.payload)
            in_order = in_order && c == static_cast<char>('a' + received++ / frame_size % 26);
        last = frame.fin;
    }
    sends.join();
    serving.stop();

    EXPECT_EQ(received, frames * frame_size);
    EXPECT_TRUE(in_order);
    EXPECT_LE(most_queued, 200u * 1024) << "more than a few reads waited for the peer";
}

}  // namespace
}  // namespace pushwire
