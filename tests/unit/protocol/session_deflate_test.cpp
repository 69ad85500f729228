// Two sessions with compression, joined: what one sends, the other is told, whatever they agreed on.

#include <pushwire/protocol/codec_pool.hpp>
#include <pushwire/protocol/publication.hpp>

#include "unit/protocol/deflate_streams.hpp"

namespace pushwire::protocol {
namespace {

class two_sessions {
  public:
    two_sessions(const compression& of_server, const compression& of_client) {
        server_settings.compression = of_server;
        client_settings.role = role::client;
        client_settings.compression = of_client;
        client_settings.masking_keys.draw = [](void*) {
            return masking_key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
        };
        server_settings.codecs = client_settings.codecs = &codecs;
        server = std::make_unique<session>(server_settings, pool, now);
        client = std::make_unique<session>(client_settings, pool, now);
        client->open({.host = "localhost", .key = "dGhlIHNhbXBsZSBub25jZQ=="});
        carry(*client, *server);
        server->accept({}, now);
        carry(*server, *client);
    }

    /// All that waits, in pieces of random size. What the receiver is told.
    told_list carry(session& from, session& to) {
        told_list all;
        auto wire = drain(from);
        for (std::size_t at = 0; at < wire.size();) {
            const auto size = std::min<std::size_t>(wire.size() - at, 1 + random() % 2000);
            to.receive(std::span{wire}.subspan(at, size), now);
            for (auto& event : read_events(to)) all.push_back(std::move(event));
            at += size;
        }
        return all;
    }

    block_pool pool;
    shared_frames shared{pool};
    codec_pool codecs;
    session_settings server_settings;
    session_settings client_settings;
    time_point now{std::chrono::hours{1}};
    std::mt19937 random{1};
    std::unique_ptr<session> server;
    std::unique_ptr<session> client;
};

std::vector<compression> wishes() {
    std::vector<compression> all;
    for (const int bits : {8, 9, 12, 15}) {
        for (const unsigned contexts : {0u, 1u, 2u, 3u}) {
            all.push_back({.enabled = true,
                           .threshold = 20,
                           .server_no_context_takeover = (contexts & 1) != 0,
                           .client_no_context_takeover = (contexts & 2) != 0,
                           .server_max_window_bits = bits,
                           .client_max_window_bits = bits == 9 ? 15 : bits});
        }
    }
    return all;
}

TEST(compressed_sessions, understand_each_other_whatever_they_agreed_on) {
    for (const auto& wish : wishes()) {
        two_sessions ends{wish, wish};
        ASSERT_TRUE(ends.server->deflate().in_use && ends.client->deflate().in_use);
        for (unsigned i = 0; i < 60; ++i) {
            const auto text =
                some_text(ends.random() % 3 == 0 ? ends.random() % 9000 : ends.random() % 300, i % 5);
            const auto data = to_bytes(text);
            publication published{ends.shared, ends.server_settings, message_type::text, data};
            if (i % 4 == 3) {
                ends.server->send_shared(published.frame_for(*ends.server));
            } else {
                ends.server->send(message_type::text, to_bytes(text));
            }
            EXPECT_EQ(ends.carry(*ends.server, *ends.client), (told_list{{event_type::text, text}}));
            ends.client->send(message_type::binary, to_bytes(text));
            EXPECT_EQ(ends.carry(*ends.client, *ends.server), (told_list{{event_type::binary, text}}));
        }
    }
}

TEST(compressed_sessions, lose_nothing_but_what_was_dropped) {
    for (const auto& wish : wishes()) {
        two_sessions ends{wish, wish};
        std::vector<std::string> sent;
        told_list came;
        std::size_t dropped = 0;
        for (unsigned i = 0; i < 300; ++i) {
            const auto text = std::to_string(i) + " " + some_text(ends.random() % 3000, i % 5);
            const auto data = to_bytes(text);
            publication published{ends.shared, ends.server_settings, message_type::text, data};
            if (ends.random() % 4 == 0) {
                ends.server->send_shared(published.frame_for(*ends.server));
            } else {
                ends.server->send(message_type::text, to_bytes(text));
            }
            sent.push_back(text);
            const bool drops = ends.random() % 10 == 0 && i < 299;  // not the last one
            if (drops) dropped += ends.server->drop_oldest(5000, ends.now);
            if (ends.random() % 20 == 0) {
                for (auto& event : ends.carry(*ends.server, *ends.client)) came.push_back(std::move(event));
            }
        }
        for (auto& event : ends.carry(*ends.server, *ends.client)) came.push_back(std::move(event));

        EXPECT_GT(dropped, 0u);
        EXPECT_LT(came.size(), sent.size());
        auto next = sent.begin();
        for (const auto& event : came) {
            EXPECT_EQ(event.type, event_type::text);
            next = std::find(next, sent.end(), event.data);
            ASSERT_NE(next, sent.end()) << "not in order, or not what was sent";
            ++next;
        }
        EXPECT_EQ(came.back().data, sent.back());
    }
}

TEST(compressed_sessions, place_only_what_they_do_not_compress) {
    two_sessions ends{{.enabled = true, .threshold = 20}, {.enabled = true}};
    const auto is_placed = [&](std::string_view text) {
        return ends.server->in_place(message_type::text, std::as_bytes(std::span{text})).header_size != 0;
    };

    EXPECT_TRUE(is_placed(std::string(19, 'x')));
    EXPECT_FALSE(is_placed(std::string(20, 'x')));
}

TEST(compressed_sessions, rest_after_they_have_inflated_much_and_lose_nothing) {
    two_sessions ends{{.enabled = true}, {.enabled = true}};
    ends.server_settings.rests_after_inflating = 1 << 20;
    const std::string large(5 << 20, 'x');  // some 5 KiB on the wire
    ends.client->send(message_type::text, to_bytes(large));
    ends.client->send(message_type::text, to_bytes(large));
    ends.client->send(message_type::text, to_bytes("last"));
    auto unread = drain(*ends.client);

    told_list came;
    int rests = 0;
    for (;;) {
        ends.server->receive(unread, ends.now);
        for (auto& event : read_events(*ends.server)) came.push_back(std::move(event));
        if (!ends.server->rests()) break;
        ++rests;
        const auto left = ends.server->take_unread();
        unread = bytes{left.begin(), left.end()};
    }
    EXPECT_TRUE(
        came ==
        (told_list{{event_type::text, large}, {event_type::text, large}, {event_type::text, "last"}}));
    EXPECT_GE(rests, 4);
    EXPECT_LE(rests, 10);
}

TEST(a_publication, is_encoded_once_for_each_size_of_window_and_once_plain) {
    const compression wish{.enabled = true, .server_max_window_bits = 15};
    two_sessions wide{wish, wish};
    two_sessions too_wide{wish, wish};
    two_sessions narrow{wish, {.enabled = true, .server_max_window_bits = 10}};
    two_sessions plain{wish, {}};
    const auto text = some_text(4000, 1);
    const auto data = to_bytes(text);
    publication tested{wide.shared, wide.server_settings, message_type::text, data};

    const auto& frame = tested.frame_for(*wide.server);
    EXPECT_LT(frame.size, text.size());
    EXPECT_EQ(tested.frame_for(*too_wide.server).bytes().data(), frame.bytes().data());
    EXPECT_NE(tested.frame_for(*narrow.server).bytes().data(), frame.bytes().data());
    EXPECT_GT(tested.frame_for(*plain.server).size, text.size());

    const auto little = to_bytes("0123456789");
    publication below{wide.shared, wide.server_settings, message_type::text, little};
    EXPECT_EQ(below.frame_for(*wide.server).bytes().data(), below.frame_for(*plain.server).bytes().data());
}

TEST(compressed_sessions, hold_no_inflater_but_for_a_message_under_way) {
    two_sessions ends{{.enabled = true}, {.enabled = true}};
    const auto text = some_text(1000, 1);
    ends.client->send(message_type::text, to_bytes(text));
    auto wire = drain(*ends.client);
    const auto before = ends.server->unfinished_bytes();

    ends.server->receive(std::span{wire}.first(50), ends.now);
    EXPECT_TRUE(read_events(*ends.server).empty());
    EXPECT_GT(ends.server->unfinished_bytes(), before + inflater::memory);

    ends.server->receive(std::span{wire}.subspan(50), ends.now);
    EXPECT_EQ(read_events(*ends.server), (told_list{{event_type::text, text}}));
    EXPECT_EQ(ends.server->unfinished_bytes(), before);
}

// What waits is compressed as room for it comes. What has just come to the output is not begun, and goes with a failure.
TEST(two_sessions_that_keep_context, lose_the_same_to_a_failure_however_the_stream_cuts) {
    const compression wish{
        .enabled = true, .server_no_context_takeover = false, .client_no_context_takeover = false};
    for (const std::size_t last_piece : {0, 1, 100}) {
        two_sessions joined{wish, wish};
        auto& server = *joined.server;
        bytes incompressible(20'000);
        for (int i = 0; i < 3; ++i) {
            for (auto& byte : incompressible) byte = static_cast<std::byte>(joined.random());
            ASSERT_EQ(server.send(message_type::binary, incompressible), send_result::accepted);
        }
        const auto first_message = server.outgoing().bytes();
        ASSERT_GT(server.waiting_bytes(), 0u);

        server.consume(first_message - last_piece, joined.now);
        if (last_piece != 0) server.consume(last_piece, joined.now);
        ASSERT_GT(server.outgoing().bytes(), incompressible.size());
        auto unmasked = frame(opcode::text, "unmasked", false);
        server.receive(unmasked, joined.now);
        read_events(server);

        ASSERT_EQ(server.phase(), phase::closed);
        EXPECT_LE(server.outgoing().bytes(), 2 + max_control_payload) << "the close frame alone";
    }
}

}  // namespace
}  // namespace pushwire::protocol
