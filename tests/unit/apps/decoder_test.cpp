#include "decode/decoder.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "decode/conversation.hpp"
#include "decode/notation.hpp"
#include "decode/settings.hpp"

namespace pushwire::decode {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

using bytes = std::vector<std::byte>;

constexpr auto client = protocol::role::client;
constexpr auto server = protocol::role::server;

bytes operator""_b(const char* text, std::size_t size) {
    const auto* const first = reinterpret_cast<const std::byte*>(text);
    return {first, first + size};
}

bytes operator+(bytes a, const bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// A frame of a client, masked, or of a server.
bytes frame(protocol::role from, unsigned first, std::string_view payload) {
    protocol::frame_header header{
        .fin = (first & 0x80) != 0,
        .reserved = static_cast<std::uint8_t>(first >> 4 & 7),
        .opcode = static_cast<protocol::opcode>(first & 15),
        .masked = from == client,
        .key = {std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}},
    };
    bytes result(protocol::max_frame_header + payload.size());
    result.resize(protocol::encode_frame(header, as_bytes(payload), result.data()));
    return result;
}

struct told {
    std::vector<std::string> lines{};
    verdict said = verdict::well_formed;
    error why = error::none;
};

/// Given in pieces of at most `size` bytes.
told decode(const conversation& of, std::span<const std::byte> input, std::size_t size,
            std::size_t most_shown = usually_shown) {
    told result;
    decoder tested{of, most_shown, [&](const line& each) {
                       auto text = to_text(each, false);
                       text.pop_back();
                       result.lines.push_back(std::move(text));
                   }};
    for (std::size_t at = 0; at < input.size(); at += size) {
        tested.receive(input.subspan(at, std::min(size, input.size() - at)));
    }
    result.said = tested.finish();
    result.why = tested.why();
    return result;
}

told decode(const conversation& of, const bytes& input) {
    const auto whole = decode(of, input, std::max<std::size_t>(input.size(), 1));
    EXPECT_EQ(decode(of, input, 1).lines, whole.lines);
    return whole;
}

/// As the program takes them, without options.
told decode(const bytes& input) {
    const auto begin = how_it_begins(input);
    conversation of{.from = begin.from, .opening = begin.opening};
    if (begin.opening) of.compression = any_compression();
    if (begin.opening && begin.from == server) note_response(input, of);
    return decode(of, input);
}

std::string request_with(std::string_view more) {
    return "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\n" +
           std::string{more} + "\r\n";
}

const std::string key_field = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string response_with(std::string_view more) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
           std::string{more} + "\r\n";
}

bytes to_bytes(std::string_view text) {
    const auto all = as_bytes(text);
    return {all.begin(), all.end()};
}

// --- what is right

TEST(decoder, shows_a_line_for_each_frame) {
    const auto said =
        decode(frame(client, 0x81, "Hello") + frame(client, 0x89, "") + frame(client, 0x82, "\xff") +
               frame(client, 0x88,
                     "\x03\xe8"
                     "bye"));
    EXPECT_THAT(
        said.lines,
        ElementsAre("role server                             # what follows comes from a client",
                    "< 81 85 37fa213d 7f9f4d5158             # 0: text, 5 bytes \"Hello\"",
                    "< 89 80 37fa213d                        # 11: ping, empty",
                    "< 82 81 37fa213d c8                     # 17: binary, 1 byte ff",
                    "< 88 85 37fa213d 3412434452             # 24: close 1000 (normal closure) \"bye\"",
                    "! closed 1000 reason \"bye\"", "# 35 bytes, 4 frames, 2 messages: all well-formed"));
    EXPECT_EQ(said.said, verdict::well_formed);
}

TEST(decoder, unmasks_what_is_too_long_to_be_read_masked) {
    EXPECT_THAT(decode(frame(client, 0x81, "Hello, hello, hello")).lines,
                Contains("< 81 93 masked 37fa213d \"Hello, hello, hello\"  # 0: text, 19 bytes"));
    EXPECT_THAT(decode(frame(server, 0x81, "Hello, hello, hello")).lines,
                Contains("< 81 13 \"Hello, hello, hello\"           # 0: text, 19 bytes"));
}

TEST(decoder, shows_text_of_every_script_but_nothing_that_a_terminal_obeys) {
    EXPECT_THAT(decode(frame(server, 0x81, "你好")).lines, Contains(HasSubstr("6 bytes \"你好\"")));
    for (const std::string_view obeyed : {"\x1b[2J", "\x7f",
                                          "\xc2\x9b"
                                          "2J",
                                          "\xe2\x80\xae"
                                          "abc",
                                          "\xe2\x81\xa6"}) {
        for (const auto& each : decode(frame(server, 0x81, obeyed)).lines)
            EXPECT_THAT(each, Not(HasSubstr(obeyed)));
    }
}

TEST(decoder, joins_the_frames_of_a_message) {
    const auto said =
        decode(frame(client, 0x01, "Hel") + frame(client, 0x89, "") + frame(client, 0x80, "lo"));
    EXPECT_THAT(said.lines,
                Contains("< 01 83 37fa213d 7f9f4d                 # 0: text, not final, 3 bytes \"Hel\""));
    EXPECT_THAT(said.lines, Contains("! text \"Hello\"                          # 5 bytes"));
    EXPECT_THAT(said.lines.back(), HasSubstr("3 frames, 1 message: all well-formed"));
}

TEST(decoder, inflates_what_is_compressed) {
    // RFC 7692 7.2.3.1
    const auto hello = "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"_b;
    const auto said = decode({.from = server, .compression = any_compression()}, hello);
    EXPECT_THAT(said.lines,
                Contains("< c1 07 f248cdc9c90700                  # 0: text, compressed, 7 bytes"));
    EXPECT_THAT(said.lines, Contains("! text \"Hello\"                          # 5 bytes, inflated"));
    EXPECT_EQ(said.said, verdict::well_formed);
}

TEST(decoder, reads_the_opening_handshake_of_a_client) {
    const auto said = decode(to_bytes(request_with(key_field)) + frame(client, 0x81, "Hello"));
    EXPECT_THAT(said.lines, Contains("opening"));
    EXPECT_THAT(said.lines,
                Contains("< \"GET /chat HTTP/1.1\\r\\n\"              # 0: the opening handshake"));
    EXPECT_EQ(said.said, verdict::well_formed);
}

TEST(decoder, reads_the_opening_handshake_of_a_server) {
    const auto said =
        decode(to_bytes("HTTP/1.1 100 Continue\r\n\r\n" +
                        response_with(
                            "Sec-WebSocket-Accept: +/+/xOo0s3pPLMBiTxaQ9kYGzzg=\r\n"
                            "Sec-WebSocket-Protocol: chat\r\n"
                            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n")) +
               "\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"_b);
    EXPECT_THAT(said.lines,
                Contains("# Sec-WebSocket-Accept is taken as right: --key tells the key that it answers"));
    EXPECT_THAT(said.lines, Contains("< \"Sec-WebSocket-Accept: +/+/xOo0s3pPLMBiTxaQ9kYGzzg=\\r\\n\""));
    EXPECT_THAT(said.lines, Contains("# permessage-deflate; client_max_window_bits=10"));
    EXPECT_EQ(said.said, verdict::well_formed);
}

TEST(decoder, takes_what_a_client_offers_as_agreed_on) {
    const auto said = decode(to_bytes(request_with(
        key_field + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n")));
    EXPECT_THAT(said.lines, Contains(HasSubstr("# permessage-deflate, as offered")));
    EXPECT_EQ(said.said, verdict::well_formed);
}

// --- what is wrong

struct fault {
    const char* what;
    conversation of;
    bytes input;
    std::uint64_t offset;
    std::string_view said;
};

TEST(decoder, names_the_byte_the_row_and_the_clause) {
    const conversation from_client{.from = client};
    const conversation from_server{.from = server};
    const conversation compressed{.from = server, .compression = any_compression()};
    const auto hello = frame(client, 0x81, "Hello");  // 11 bytes
    const fault faults[] = {
        {"unmasked", from_client, hello + frame(server, 0x81, "a"), 12,
         "mask_missing. RFC 6455 5.1: a frame from a client must be masked"},
        {"masked", from_server, hello, 1, "mask_forbidden. RFC 6455 5.1: "},
        {"RSV1", from_client, hello + frame(client, 0xc1, "a"), 11, "reserved_bit. RFC 6455 5.2: "},
        {"opcode", from_client, hello + frame(client, 0x83, "a"), 11, "reserved_opcode. RFC 6455 5.2: "},
        {"length", from_server, "\x82\x7e\x00\x7d"_b, 3, "length_not_shortest. RFC 6455 5.2: "},
        {"highest bit", from_server, "\x82\x7f\x80"_b, 2, "length_too_large. RFC 6455 5.2: "},
        {"long ping", from_server, "\x89\x7e"_b, 1,
         "control_frame_too_long. RFC 6455 5.5: a control frame carries at most 125 bytes"},
        {"ping in pieces", from_server, "\x09\x00"_b, 0, "control_frame_fragmented. RFC 6455 5.5: "},
        {"nothing to continue", from_server, "\x80\x00"_b, 0, "continuation_unexpected. RFC 6455 5.4: "},
        {"not continued", from_server, "\x01\x00\x81\x00"_b, 2, "continuation_expected. RFC 6455 5.4: "},
        {"half a code", from_server, "\x88\x01\x03"_b, 2, "close_body_too_short. RFC 6455 5.5.1: "},
        {"close code", from_server, "\x88\x02\x03\xed"_b, 3, "close_code_invalid. RFC 6455 7.4: "},
        {"reason", from_server, "\x88\x03\x03\xe8\xff"_b, 4, "reason_not_utf8. RFC 6455 8.1: "},
        {"text", from_server,
         "\x81\x05"
         "ab\xe4z."_b,
         5, "text_not_utf8. RFC 6455 8.1: "},
        {"character cut off", from_server,
         "\x81\x03"
         "ab\xe4"
         "\x81\x00"_b,
         4, "text_not_utf8. RFC 6455 8.1: "},
        {"RSV1 of a ping", compressed, "\xc9\x00"_b, 0, "compressed_bit_misplaced. RFC 7692 6.1: "},
        {"no DEFLATE", compressed, "\xc2\x01\xff"_b, 2, "deflate_invalid. RFC 7692 7.2.2: "},
    };
    for (const auto& each : faults) {
        SCOPED_TRACE(each.what);
        const auto said = decode(each.of, each.input);
        const auto wrong = "# wrong at byte " + std::to_string(each.offset) + " (";
        EXPECT_THAT(said.lines, Contains(AllOf(HasSubstr(wrong), HasSubstr(each.said))));
        EXPECT_EQ(said.said, verdict::wrong);
    }
}

TEST(decoder, shows_a_frame_as_far_as_it_is_right_and_what_follows_it) {
    EXPECT_THAT(
        decode({.from = client}, frame(server, 0x81, "Hello")).lines,
        ElementsAre(
            "role server                             # what follows comes from a client",
            "< 81 05                                 # 0: text", "! closed 1006 sent 1002 why mask_missing",
            "# wrong at byte 1 (0x1): mask_missing. RFC 6455 5.1: a frame from a client must be masked",
            "#   whoever receives this closes with 1002 (protocol error), and reads no further",
            "< \"Hello\"                               # 2: 5 bytes behind the end, not looked at",
            "# 7 bytes, 0 frames, 0 messages: wrong at byte 1 (0x1)"));
}

TEST(decoder, says_that_nothing_may_follow_a_close_frame) {
    const auto said = decode(frame(server, 0x88, "\x03\xe9") + frame(server, 0x81, "a"));
    EXPECT_THAT(
        said.lines,
        Contains("# wrong at byte 4 (0x4): RFC 6455 5.5.1: after a close frame nothing more is sent"));
    EXPECT_EQ(said.said, verdict::wrong);
    EXPECT_EQ(said.why, error::none);
}

TEST(decoder, asks_whether_messages_are_compressed) {
    EXPECT_THAT(decode("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"_b).lines,
                Contains(HasSubstr("--compression permessage-deflate")));
}

TEST(decoder, names_the_field_of_a_handshake_that_is_wrong) {
    struct {
        std::string input;
        std::string_view field;
        std::string_view said;
    } const faults[] = {
        {request_with("Sec-WebSocket-Key: short\r\n"), "Sec-WebSocket-Key",
         "key_malformed. RFC 6455 4.2.1: "},
        {request_with(key_field + key_field), "", "key_missing. RFC 6455 4.2.1: "},
        {response_with("Sec-WebSocket-Accept: short\r\n"), "Sec-WebSocket-Accept",
         "response_accept. RFC 6455 4.1: "},
    };
    for (const auto& each : faults) {
        const auto said = decode(to_bytes(each.input));
        const auto at = each.field.empty() ? each.input.rfind(key_field) : each.input.find(each.field);
        EXPECT_THAT(said.lines, Contains(HasSubstr("# wrong at byte " + std::to_string(at) + " (")))
            << each.said;
        EXPECT_THAT(said.lines, Contains(HasSubstr(each.said)));
    }
    const auto missing = request_with("");
    EXPECT_THAT(decode(to_bytes(missing)).lines,
                Contains(HasSubstr("# wrong at byte " + std::to_string(missing.size() - 1) + " (")));
}

TEST(decoder, judges_an_accept_whose_key_is_known) {
    conversation of{.from = server, .opening = true, .key = std::string{known_key}};
    const auto right = to_bytes(response_with("Sec-WebSocket-Accept: " + std::string{known_accept} + "\r\n"));
    note_response(right, of);
    EXPECT_EQ(decode(of, right).said, verdict::well_formed);
    of.key = "AAAAAAAAAAAAAAAAAAAAAA==";
    EXPECT_EQ(decode(of, right).why, error::response_accept);
}

TEST(decoder, judges_what_is_no_handshake) {
    EXPECT_EQ(decode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"_b).why, error::upgrade_required);
    EXPECT_EQ(decode("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"_b).why, error::response_status);
}

// --- what is missing

TEST(decoder, says_what_is_missing) {
    const auto text = frame(client, 0x81, "Hello, hello, hello");
    const auto cut = [&](std::size_t size) {
        return decode({.from = client},
                      bytes{text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size)});
    };
    EXPECT_EQ(cut(1).lines.back(),
              "# 1 byte, 0 frames, 0 messages: incomplete: the header of the last frame does not end");
    EXPECT_THAT(cut(6).lines.back(),
                HasSubstr("incomplete: the last frame lacks 19 of its 19 bytes of payload"));
    EXPECT_THAT(cut(11).lines.back(),
                HasSubstr("incomplete: the last frame lacks 14 of its 19 bytes of payload"));
    EXPECT_THAT(cut(11).lines,
                Contains("< 81 93 masked 37fa213d \"Hello\"         # 0: text, 5 of its 19 bytes"));
    EXPECT_THAT(
        decode(frame(client, 0x81, "a") + frame(client, 0x01, "b")).lines.back(),
        HasSubstr("2 frames, 1 message: incomplete: the message that begins at byte 7 (0x7) does not end"));
    EXPECT_THAT(decode("GET / HTTP/1.1\r\nHo"_b).lines.back(),
                HasSubstr("incomplete: the opening handshake does not end"));
    EXPECT_EQ(cut(11).said, verdict::incomplete);
}

TEST(decoder, takes_no_bytes_for_well_formed) {
    EXPECT_EQ(decode(bytes{}).said, verdict::well_formed);
    EXPECT_EQ(decode({.from = client, .opening = true}, bytes{}).said, verdict::well_formed);
}

// --- any bytes

TEST(decoder, shows_the_beginning_of_what_is_long) {
    std::string text;
    while (text.size() < 1'000'000) text += "abc";
    conversation of{.from = server};
    const auto input = frame(server, 0x01, text) + frame(server, 0x80, text) + frame(server, 0xff, text);
    for (const auto& each : decode(of, input, 4096).lines) EXPECT_THAT(each, SizeIs(testing::Lt(400u)));
    EXPECT_THAT(decode(of, input, 4096, everything).lines, Contains(HasSubstr(text + text)));
}

TEST(decoder, cuts_no_character_of_a_text) {
    std::string text{"a"};
    while (text.size() < 200) text += "é";
    EXPECT_THAT(decode(frame(server, 0x81, text)).lines, Contains(HasSubstr("éé\" ...")));
    EXPECT_THAT(
        decode(frame(server, 0x01, text.substr(0, 100)) + frame(server, 0x80, text.substr(100))).lines,
        Contains(HasSubstr("éé\" c3  #")));
}

/// Frames as a peer might send them, with something wrong now and then.
bytes some_frames(std::mt19937& random, protocol::role from) {
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    bytes input;
    for (auto count = random() % 8; count-- > 0;) {
        static constexpr unsigned firsts[] = {0x81, 0x82, 0x01, 0x80, 0x00, 0x89, 0x8a, 0x88, 0xc1, 0x42};
        const auto most = chance(8) ? 70'000u : 20u;
        std::string payload(random() % most, 'a');
        for (auto& each : payload)
            if (chance(6)) each = static_cast<char>(random());
        if (chance(2)) std::ranges::replace_if(payload, [](char c) { return c < 0; }, 'b');
        const auto first =
            chance(10) ? static_cast<unsigned>(random() & 0xff) : firsts[random() % std::size(firsts)];
        auto next = frame(chance(20) ? server : from, first, payload);
        if (chance(10))
            next[random() % std::min<std::size_t>(next.size(), 8)] = static_cast<std::byte>(random());
        input = std::move(input) + next;
    }
    if (chance(3) && !input.empty()) input.resize(random() % input.size());
    return input;
}

/// What a session says that is given all of them at once, and hands messages out whole.
error outcome_of(const conversation& of, bytes input) {
    constexpr protocol::time_point now{};
    const std::string extensions =
        of.compression.enabled ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
    const bool to_server = of.from == client;
    auto head = to_bytes(to_server ? request_with(key_field + extensions)
                                   : response_with("Sec-WebSocket-Accept: " + std::string{known_accept} +
                                                   "\r\n" + extensions));
    protocol::codec_pool codecs;
    protocol::session_settings settings{
        .role = of.receiver(), .compression = of.compression, .codecs = &codecs};
    settings.limits.max_message = everything;  // decode has no bound
    settings.masking_keys.draw = [](void*) { return protocol::masking_key{}; };
    protocol::block_pool blocks;
    protocol::session session{settings, blocks, now};
    if (!to_server) session.open({.host = "localhost", .key = std::string{known_key}});
    for (auto* each : {&head, &input}) {
        session.receive(*each, now);
        for (auto event = session.next(); event.type != protocol::event_type::none; event = session.next()) {
            if (event.type == protocol::event_type::request) session.accept({}, now);
        }
    }
    return session.outcome().why;
}

TEST(decoder, says_of_any_frames_the_same_however_they_are_cut_and_keeps_to_the_session) {
    std::mt19937 random{1};
    std::size_t wrong = 0;
    for (int i = 0; i < 3000; ++i) {
        conversation of{.from = random() % 2 == 0 ? client : server};
        if (random() % 2 == 0) of.compression = any_compression();
        const auto input = some_frames(random, of.from);
        const auto whole = decode(of, input, std::max<std::size_t>(input.size(), 1));
        ASSERT_EQ(whole.why, outcome_of(of, input)) << i;
        ASSERT_EQ(decode(of, input, 1 + random() % 50).lines, whole.lines) << i;
        wrong += whole.why != error::none ? 1 : 0;
    }
    EXPECT_GT(wrong, 500u);
}

TEST(decoder, takes_any_bytes) {
    std::mt19937 random{2};
    for (int i = 0; i < 3000; ++i) {
        bytes input(random() % 200);
        for (auto& each : input) each = static_cast<std::byte>(random());
        static const std::string_view heads[] = {"", "GET / HTTP/1.1\r\n", "HTTP/1.1 101 OK\r\n", "\r\nGET "};
        decode(to_bytes(heads[random() % std::size(heads)]) + input);
    }
}

}  // namespace
}  // namespace pushwire::decode
