#include "decode/hex_dump.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.hpp"

namespace pushwire::decode {
namespace {

using testing::HasSubstr;

// Pieces of `size` characters.
std::string read(std::string_view text, std::size_t size) {
    hex_dump dump;
    std::vector<std::byte> bytes;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        dump.receive(text.substr(0, size), bytes);
    }
    dump.finish(bytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string read(std::string_view text) {
    const auto whole = read(text, text.size());
    EXPECT_EQ(read(text, 1), whole);
    EXPECT_EQ(read(text, 7), whole);
    return whole;
}

std::string complaint(std::string_view text) {
    try {
        read(text, 5);
    } catch (const cli::usage_error& wrong) {
        return wrong.what();
    }
    return "";
}

const std::string all{
    "\x82\x12"
    "0123456789abcdef\xff\0",
    20};

TEST(hex_dump, reads_digits_with_whatever_marks_between_them) {
    const std::string hello{"\x81\x05Hello"};
    for (const auto* text :
         {"810548656c6c6f", "81 05 48 65 6C 6C 6F\n", "8105\n4865 6c6c\r\n6f\n",
          "0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f", "81:05:48:65:6c:6c:6f", "\n\n  81 05-48 65 6c 6c 6f"}) {
        EXPECT_EQ(read(text), hello) << text;
        EXPECT_TRUE(hex_dump::is_one(text)) << text;
    }
}

TEST(hex_dump, reads_what_xxd_writes) {
    const std::string_view text =
        "00000000: 8212 3031 3233 3435 3637 3839 6162 6364  ..0123456789abcd\n"
        "00000010: 6566 ff00                                ef..\n";
    EXPECT_EQ(read(text), all);
    EXPECT_TRUE(hex_dump::is_one(text));
    EXPECT_EQ(read("00000000: 82 00  ab\n"), (std::string{"\x82\0", 2}));
}

TEST(hex_dump, reads_what_hexdump_writes) {
    const std::string_view text =
        "00000000  82 12 30 31 32 33 34 35  36 37 38 39 61 62 63 64  |..0123456789abcd|\n"
        "00000010  65 66 ff 00                                       |ef..|\n"
        "00000014\n";
    EXPECT_EQ(read(text), all);
    EXPECT_TRUE(hex_dump::is_one(text));
}

TEST(hex_dump, reads_what_wireshark_writes) {
    const std::string_view stream =
        "00000000  82 12 30 31 32 33 34 35  36 37 38 39 61 62 63 64   ..012345 6789abcd\n"
        "00000010  65 66 ff 00                                        ef..\n";
    EXPECT_EQ(read(stream), all);
    const std::string_view server =
        "    00000000  82 12 30 31 32 33 34 35  36 37 38 39 61 62 63 64   ..012345 6789abcd\r\n"
        "    00000010  65 66 ff 00                                        ef..\r\n";
    EXPECT_EQ(read(server), all);
    EXPECT_TRUE(hex_dump::is_one(server));
    const std::string_view packet =
        "0000   82 12 30 31 32 33 34 35 36 37 38 39 61 62 63 64\n"
        "0010   65 66 ff 00\n";
    EXPECT_EQ(read(packet), all);
}

TEST(hex_dump, may_begin_at_another_offset) {
    EXPECT_EQ(read("00000020: 8212\n00000022: 3031\n"),
              "\x82\x12"
              "01");
}

TEST(hex_dump, says_in_which_line_something_is_wrong) {
    EXPECT_EQ(complaint("81 05\n4g"), "line 2 of the hex dump: \"g\" is no hex digit");
    EXPECT_EQ(complaint("81\n0\n5"), "line 2 of the hex dump: a byte has two digits");
    EXPECT_EQ(complaint("81 0"), "line 1 of the hex dump: a byte has two digits");
    EXPECT_EQ(complaint("81 \x81"), "line 1 of the hex dump: the byte 0x81 is no hex digit");
    EXPECT_EQ(complaint("00000000: 8105\n\n00000010: 3031\n"),
              "line 3 of the hex dump: its offset is 10, but 2 would follow");
    EXPECT_THAT(complaint("00000000: 8105\n*\n00000010: 3031\n"),
                HasSubstr("line 2 of the hex dump: the dump leaves"));
    EXPECT_THAT(complaint("00000000: 8105\nand so on\n"),
                HasSubstr("line 2 of the hex dump: this is no line"));
    EXPECT_THAT(complaint("00000000: 8105\n00000002: 3z31\n"),
                HasSubstr("line 2 of the hex dump: its bytes"));
    EXPECT_THAT(complaint("00000000  81 05\n    00000000  81 05\n"), HasSubstr("indented otherwise"));
}

TEST(hex_dump, knows_bytes_that_are_none) {
    for (const std::string_view bytes :
         {"", "GET / HTTP/1.1\r\n", "HTTP/1.1 101 Switching Protocols\r\n", "\x81\x05Hello",
          "\x01\x03"
          "abc",
          "\n\n", "\r\nGET / HTTP/1.1\r\n",
          "\x89\x80"
          "0000",
          "A5 is no frame"}) {
        EXPECT_FALSE(hex_dump::is_one(bytes)) << bytes;
    }
}

}  // namespace
}  // namespace pushwire::decode
