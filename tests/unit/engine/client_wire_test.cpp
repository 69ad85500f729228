// What a client leaves on the wire where its handlers, and not its session alone, have a say. The rest is in the transcripts
// with `role client`, which are played against a client.

#include <string>
#include <string_view>
#include <thread>

#include <pushwire/client.hpp>
#include <pushwire/protocol/frame.hpp>

#include <gtest/gtest.h>

#include "protocol/opening_handshake.hpp"
#include "support/tested_loop.hpp"
#include "unit/net/sockets.hpp"

namespace pushwire {
namespace {

/// Of the next frame of a client.
struct sent_frame {
    protocol::opcode opcode = protocol::opcode::text;
    std::string payload;
};

sent_frame next_frame(const net::unique_descriptor& from) {
    auto bytes = net::read_all(from, protocol::frame_header_size(0, true));
    const auto parsed = protocol::parse_frame_header(std::as_bytes(std::span{bytes}), protocol::role::server);
    EXPECT_EQ(parsed.why, error::none);
    EXPECT_NE(parsed.size, 0U) << "no frame, or a long one";
    auto payload = net::read_all(from, static_cast<std::size_t>(parsed.header.payload_length));
    protocol::apply_mask(std::as_writable_bytes(std::span{payload}), parsed.header.key);
    return {parsed.header.opcode, std::move(payload)};
}

/// Answers the opening handshake of the client that has connected, and sends `frames` in the same write.
void answer_with(const net::unique_descriptor& client, std::string_view frames) {
    constexpr std::string_view field = "Sec-WebSocket-Key: ";
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
        const auto next = net::read_all(client, 1);
        ASSERT_FALSE(next.empty()) << "the client has left amid its head";
        head += next;
    }
    const auto key = head.substr(head.find(field) + field.size(), 24);
    net::write_all(client,
                   "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Accept: " +
                       protocol::accept_key(key) + "\r\n\r\n" + std::string{frames});
}

// RFC 6455 7.1.7, as 7.1.7-what-was-answered-before-a-failure-leaves-client.wire has it for a session.
TEST(a_client_on_the_wire, sends_its_answer_before_it_fails_for_what_came_in_the_same_read) {
    const auto listening = net::listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    client_options with;
    with.io = support::tested_loop<io_backend>();
    client tested{"ws://127.0.0.1:" + std::to_string(listening.where.port), with};
    error why = error::none;
    tested.on_message([](client& self, const message&) { self.push("answer"); });
    tested.on_close([&](client&, const close_info& how) { why = how.why; });
    std::thread running{[&] { tested.start(); }};

    pollfd waiting{.fd = listening.sockets.front().get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, 20'000);
    net::unique_descriptor peer{::accept4(waiting.fd, nullptr, nullptr, SOCK_CLOEXEC)};
    net::wait_at_most_20_s(peer);
    answer_with(peer, "\x81\x05right\x83\x05wrong");
    const auto first = next_frame(peer);
    const auto second = next_frame(peer);
    peer = net::unique_descriptor{};
    running.join();

    EXPECT_EQ(first.opcode, protocol::opcode::text);
    EXPECT_EQ(first.payload, "answer");
    EXPECT_EQ(second.opcode, protocol::opcode::close);
    EXPECT_EQ(second.payload.substr(0, 2), "\x03\xea");
    EXPECT_EQ(why, error::reserved_opcode);
}

}  // namespace
}  // namespace pushwire
