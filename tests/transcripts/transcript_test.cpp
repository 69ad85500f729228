// The parser of transcripts: what it reads, and how it names what it cannot read.

#include "transcripts/transcript.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "transcripts/notation.hpp"

namespace pushwire::transcripts {
namespace {

using namespace std::chrono_literals;

transcript read(const std::string& text) {
    auto result = parse(text, "x.wire");
    if (!result) {
        ADD_FAILURE() << result.error().text();
        return {};
    }
    return std::move(*result);
}

std::string error_in(const std::string& text) {
    const auto result = parse(text, "x.wire");
    return result ? "no error" : result.error().text();
}

template <class T>
T only_step(const std::string& line) {
    const auto conversation = read("role server\n" + line);
    if (conversation.steps.size() != 1 || !std::holds_alternative<T>(conversation.steps[0].what)) {
        ADD_FAILURE() << "not one step of that kind: " << line;
        return {};
    }
    return std::get<T>(conversation.steps[0].what);
}

std::string bytes_of(const std::string& line) {
    return to_text(only_step<input>(line).data);
}

TEST(transcript_parser, reads_settings_before_the_first_step) {
    const auto conversation = read(
        "role client\n"
        "opening\n"
        "manual\n"
        "limit max_message 1024\n"
        "limit closing_time 250ms\n"
        "subprotocols chat superchat\n"
        "mask 01020304 05060708\n"
        "eof\n");

    const auto& setup = conversation.setup;
    EXPECT_EQ(setup.role, protocol::role::client);
    EXPECT_TRUE(setup.opening && setup.manual && !setup.whole);
    EXPECT_EQ(setup.limits.max_message, 1024u);
    EXPECT_EQ(setup.limits.closing_time, 250ms);
    EXPECT_EQ(setup.subprotocols, (std::vector<std::string>{"chat", "superchat"}));
    ASSERT_EQ(setup.masks.size(), 2u);
    EXPECT_EQ(setup.masks[1][0], std::byte{5});
}

TEST(transcript_parser, reads_what_is_wanted_of_compression) {
    const auto& setup = read(
                            "role server\n"
                            "compression threshold 0 level 6 client_keeps_context server_max_window_bits 10\n"
                            "offered permessage-deflate; foo\n"
                            "agreed permessage-deflate\n"
                            "eof\n")
                            .setup;

    EXPECT_TRUE(setup.compression.enabled);
    EXPECT_EQ(setup.compression.threshold, 0u);
    EXPECT_EQ(setup.compression.level, 6);
    EXPECT_TRUE(setup.compression.server_no_context_takeover);
    EXPECT_FALSE(setup.compression.client_no_context_takeover);
    EXPECT_EQ(setup.compression.server_max_window_bits, 10);
    EXPECT_EQ(setup.compression.client_max_window_bits, 15);
    EXPECT_EQ(setup.offered, "permessage-deflate; foo");
    EXPECT_EQ(setup.agreed, "permessage-deflate");
    EXPECT_FALSE(read("role server\neof\n").setup.compression.enabled);
    EXPECT_EQ(error_in("role server\ncompression fast\n"), "x.wire:2: `compression` does not know `fast`");
}

TEST(transcript_parser, counts_lines_with_comments_and_empty_ones) {
    const auto conversation = read("# 5.1\n\nrole server   # which\n< 00  # a byte\n\neof\n");

    ASSERT_EQ(conversation.steps.size(), 2u);
    EXPECT_EQ(conversation.steps[0].line, 4);
    EXPECT_EQ(conversation.steps[1].line, 6);
}

TEST(transcript_parser, reads_bytes_as_hex_and_strings) {
    EXPECT_EQ(bytes_of("< 01 83 37fa213d 7f9f4d"), "018337fa213d7f9f4d");
    EXPECT_EQ(bytes_of("<\"a#b\\r\\n\\x00\\\"\\\\\" ff"), "6123620d0a00225cff");
    EXPECT_EQ(bytes_of("< \"\""), "\"\"");
}

TEST(transcript_parser, repeats_and_masks_bytes) {
    EXPECT_EQ(bytes_of("< *3 6162 00"), "61626162616200");
    EXPECT_EQ(bytes_of("< 81 85 masked 37fa213d \"Hello\""), "818537fa213d7f9f4d5158");
    EXPECT_EQ(bytes_of("< masked 01010101 *5 00"), "010101010101010101");
}

TEST(transcript_parser, expands_a_close_frame_with_the_text_of_a_row) {
    const auto shorthand = only_step<expected_output>("> close 1002 mask_missing");
    const auto& frame = std::get<bytes>(shorthand.what);

    EXPECT_EQ(frame.size(), 4 + describe(error::mask_missing).text.size());
    EXPECT_EQ(to_text(std::span{frame}.first(5)), "882603ea61");
}

TEST(transcript_parser, masks_the_close_frame_of_a_client) {
    const auto conversation = read("role client\nmask 01020304\n> close 1000\n");
    const auto& frame = std::get<bytes>(std::get<expected_output>(conversation.steps[0].what).what);

    EXPECT_EQ(to_text(frame), "88820102030402ea");
}

TEST(transcript_parser, joins_a_head_with_its_fields) {
    const auto output = only_step<expected_output>(
        "> head HTTP/1.1 426\n> field Sec-WebSocket-Version: 13\n> no Upgrade\n> body version_unsupported");
    const auto& head = std::get<head_pattern>(output.what);

    EXPECT_EQ(head.start, "HTTP/1.1 426");
    EXPECT_EQ(head.fields.at(0).second, "13");
    EXPECT_EQ(head.absent.at(0), "Upgrade");
    EXPECT_EQ(head.body, describe(error::version_unsupported).text);
}

TEST(transcript_parser, keeps_only_what_an_event_says) {
    const auto closed = only_step<event_facts>("! closed 1006 sent 1002 why reserved_bit began us");
    EXPECT_EQ(closed.code, 1006);
    EXPECT_EQ(closed.sent_code, 1002);
    EXPECT_EQ(closed.why, error::reserved_bit);
    EXPECT_EQ(closed.began_by_peer, false);
    EXPECT_FALSE(closed.reason);
    EXPECT_FALSE(only_step<event_facts>("! closed").code);
}

TEST(transcript_parser, reads_what_sending_says) {
    const auto action = only_step<send_message>("send text ff -> invalid_text");
    EXPECT_EQ(action.result, protocol::send_result::invalid_text);
    EXPECT_EQ(action.data.size(), 1u);
}

TEST(transcript_parser, names_file_and_line_of_an_error) {
    EXPECT_EQ(error_in("role server\n\n< 7f9\n"), "x.wire:3: `7f9` is not bytes in hex");
    EXPECT_EQ(error_in("role server\n< \"abc\n"), "x.wire:2: the string does not end");
    EXPECT_EQ(error_in("role server\n<\n"), "x.wire:2: bytes are missing (none at all is \"\")");
    EXPECT_EQ(error_in("role server\n< masked 37fa21 00\n"),
              "x.wire:2: a masking key is 8 hex digits, not `37fa21`");
    EXPECT_EQ(error_in("role server\n< *99999999 \"12345678\"\n"),
              "x.wire:2: how often is a number up to 67108864, not `99999999`");
    EXPECT_EQ(error_in("role server\n@ 30 s\n"), "x.wire:2: a duration is `30s` or `500ms`, not `30`");
    EXPECT_EQ(error_in("role server\nfail nothing\n"), "x.wire:2: there is no error row `nothing`");
    EXPECT_EQ(error_in("role server\n! opne\n"), "x.wire:2: there is no event `opne`");
    EXPECT_EQ(error_in("role server\neof now\n"), "x.wire:2: `now` is too much");
    EXPECT_EQ(error_in("role server\nsned text \"x\"\n"),
              "x.wire:2: `sned text \"x\"` is neither a setting nor a step");
    EXPECT_EQ(error_in("role server\n> field A: b\n"),
              "x.wire:2: `> field`, `> no` and `> body` follow a `> head`");
    EXPECT_EQ(error_in("role server\n! closed 70000\n"),
              "x.wire:2: a close code is a number up to 65535, not `70000`");
}

TEST(transcript_parser, demands_order) {
    EXPECT_EQ(error_in("< 00\n"), "x.wire:1: the first line of a transcript is its role");
    EXPECT_EQ(error_in("role server\neof\nmanual\n"), "x.wire:3: settings stand before the first step");
    EXPECT_EQ(error_in("role server\n# nothing\n"), "x.wire:2: the transcript has no steps");
    EXPECT_EQ(error_in("role server\nwhole\n"), "x.wire:2: `whole` says why the transcript must not be cut");
    EXPECT_EQ(error_in("role proxy\n"), "x.wire:1: a role is `server` or `client`, not `proxy`");
    EXPECT_EQ(error_in("role server\nlimit max_mesage 1\n"), "x.wire:2: there is no limit `max_mesage`");
}

}  // namespace
}  // namespace pushwire::transcripts
