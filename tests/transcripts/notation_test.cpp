// Bytes and events as failures and tools print them: what is printed can be read again.

#include "transcripts/notation.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pushwire::transcripts {
namespace {

bytes parsed(const std::string& line) {
    const auto conversation = parse("role server\n< " + line, "x.wire");
    if (!conversation) {
        ADD_FAILURE() << conversation.error().text();
        return {};
    }
    return std::get<input>(conversation->steps.at(0).what).data;
}

std::vector<std::string> lines_of(const std::string& line) {
    return stream_lines(parsed(line));
}

TEST(notation, decodes_each_frame_of_a_stream) {
    EXPECT_EQ(lines_of("8a 00 88 02 03ea"),
              (std::vector<std::string>{"8a 00                           # pong",
                                        "88 02 03ea                      # close 1002"}));
    EXPECT_EQ(lines_of("81 85 37fa213d 7f9f4d5158").at(0),
              "81 85 37fa213d 7f9f4d5158       # text \"Hello\"");
    EXPECT_EQ(lines_of("01 01 48").at(0), "01 01 48                        # text, not final \"H\"");
    EXPECT_EQ(lines_of("f3 00").at(0), "f3 00                           # reserved 3, reserved bits 7");
}

TEST(notation, shows_bytes_that_are_no_whole_frame) {
    EXPECT_EQ(lines_of("81 05 ff").at(0), "8105ff                          # no whole frame");
    EXPECT_EQ(lines_of("82 ff ffffffffffffffff 00000000").size(), 1u);
}

TEST(notation, shortens_runs_so_that_they_can_be_read_again) {
    const auto line = lines_of("82 7e 0400 *1024 61").at(0);
    EXPECT_EQ(line, "82 7e 0400 *1024 61             # binary, 1024 bytes");
    EXPECT_EQ(parsed(line), parsed("82 7e 0400 *1024 61"));
    const auto masked = lines_of("82 fe 0400 masked 37fa213d *1024 61").at(0);
    EXPECT_EQ(masked, "82 fe 0400 masked 37fa213d *1024 61  # binary, 1024 bytes");
}

TEST(notation, shows_a_head_as_lines_and_what_follows_as_frames) {
    EXPECT_EQ(lines_of("\"HTTP/1.1 101 Switching Protocols\\r\\nA: b\\r\\n\\r\\n\" 8a 00"),
              (std::vector<std::string>{"\"HTTP/1.1 101 Switching Protocols\\r\\n\"", "\"A: b\\r\\n\"",
                                        "\"\\r\\n\"", "8a 00                           # pong"}));
}

TEST(notation, escapes_what_is_not_printable) {
    EXPECT_EQ(in_quotes("a\r\n\t\\\"\x01\xff"), "\"a\\r\\n\\t\\\\\\\"\\x01\\xff\"");
}

TEST(notation, tells_all_that_is_known_of_an_event) {
    event_facts closed{.type = protocol::event_type::closed};
    closed.code = 1006;
    closed.sent_code = 1002;
    closed.why = error::reserved_bit;
    closed.began_by_peer = false;
    EXPECT_EQ(to_text(closed), "! closed 1006 sent 1002 why reserved_bit began us");
    EXPECT_EQ(to_text(event_facts{.type = protocol::event_type::ping, .data = bytes{}}), "! ping \"\"");
}

}  // namespace
}  // namespace pushwire::transcripts
