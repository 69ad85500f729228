#include "protocol/http_body.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "unit/protocol/cuttings.hpp"

namespace pushwire::protocol {

void PrintTo(body_verdict verdict, std::ostream* out) {
    *out << "body_verdict " << static_cast<int>(verdict);
}

namespace {

using namespace std::string_literals;

struct outcome {
    body_verdict verdict;
    std::size_t consumed;
    std::string bytes;
    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read(const http_body& fresh, std::string_view input) {
    std::optional<outcome> expected;
    for (const auto& cut : tests::cuttings(input)) {
        auto body = fresh;
        const auto result = tests::feed(cut, body_verdict::incomplete, [&](std::string_view bytes) {
            const auto [verdict, consumed] = body.receive(bytes);
            return std::pair{verdict, consumed};
        });
        const outcome seen{result.verdict, result.consumed, std::string{body.bytes()}};
        if (!expected) expected = seen;
        EXPECT_EQ(seen, *expected);
    }
    return *expected;
}

limits small() {
    limits limits;
    limits.max_body = 10;
    limits.max_header = 12;
    limits.max_header_fields = 2;
    return limits;
}

body_verdict chunked(std::string_view input) {
    return read(http_body{small()}, input).verdict;
}

TEST(http_body, reads_a_known_number_of_bytes) {
    EXPECT_EQ(read(http_body{3}, "abcd"), (outcome{body_verdict::complete, 3, "abc"}));
    EXPECT_EQ(read(http_body{3}, "ab"), (outcome{body_verdict::incomplete, 2, "ab"}));
}

// RFC 9112 7.1
TEST(http_body, joins_chunks) {
    const auto joined = [](const std::string& text, std::string_view after = "") {
        const auto [verdict, consumed, bytes] = read(http_body{limits{}}, text + std::string{after});
        EXPECT_EQ(verdict, body_verdict::complete);
        EXPECT_EQ(consumed, text.size());
        return bytes;
    };
    EXPECT_EQ(joined("3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n", "GET"), "abc0123456789");
    EXPECT_EQ(joined("0\r\n\r\n", "\r\n"), "");
    EXPECT_EQ(joined("000\r\n\r\n"), "");
    // RFC 9112 7.1.1, 7.1.2: extensions and trailers
    EXPECT_EQ(joined("1 \t;a=\"b;c\" ; d\r\nx\r\n0;e\r\nX: y\r\nZ:\r\n\r\n", "more"), "x");
    EXPECT_EQ(read(http_body{limits{}}, "1\r\nx\r\n"), (outcome{body_verdict::incomplete, 6, "x"}));
}

TEST(http_body, refuses_a_chunk_that_is_not_well_formed) {
    for (const std::string_view text :
         {"\r\n", ";", "g\r\n", "-1\r\n", "0x1\r\n", " 1\r\n", "1\n", "1\rx", "1 \r\n", "1 x", "1;a\nb",
          "1;\x01", "1\r\nab", "1\r\na\n", "1\r\na\rb", "1\r\na\r\n\r\n", "00000000000000001\r\n",
          "1\r\na\r\n00000000000000000"}) {
        EXPECT_EQ(chunked(text), body_verdict::malformed) << testing::PrintToString(text);
    }
}

TEST(http_body, bounds_the_body_as_soon_as_a_size_is_known) {
    EXPECT_EQ(chunked("a\r\n"), body_verdict::incomplete);
    EXPECT_EQ(chunked("b\r"), body_verdict::too_large);
    EXPECT_EQ(chunked("b;"), body_verdict::too_large);
    EXPECT_EQ(chunked("ffffffffffffffff\r\n"), body_verdict::too_large);
    EXPECT_EQ(chunked("5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n"), body_verdict::complete);
    EXPECT_EQ(chunked("5\r\nabcde\r\n6\r\n"), body_verdict::too_large);
    EXPECT_EQ(chunked("5\r\nabcde\r\nffffffffffffffff\r\n"), body_verdict::too_large);
}

TEST(http_body, bounds_the_extensions_of_all_chunks_together) {
    EXPECT_EQ(chunked("1;abcdef\r\nx\r\n1;abcdef\r\nx\r\n"), body_verdict::incomplete);
    EXPECT_EQ(chunked("1;abcdef\r\nx\r\n1;abcdefg\r\nx\r\n"), body_verdict::malformed);
    EXPECT_EQ(chunked("1" + std::string(12, ' ')), body_verdict::incomplete);
    EXPECT_EQ(chunked("1" + std::string(13, ' ')), body_verdict::malformed);
}

TEST(http_body, checks_trailers_as_strictly_as_a_head) {
    EXPECT_EQ(chunked("0\r\nA: 1\r\nB: 2\r\n\r\n"), body_verdict::trailer_refused)
        << "12 bytes are the bound here";
    EXPECT_EQ(chunked("0\r\nA:\r\nB: 2\r\n"), body_verdict::incomplete);
    EXPECT_EQ(chunked("0\r\nA :\r\n"), body_verdict::trailer_refused);

    http_body folded{small()};
    const auto progress = folded.receive("0\r\nA:\r\n b\r\n");
    EXPECT_EQ(progress.verdict, body_verdict::trailer_refused);
    EXPECT_EQ(progress.consumed, 8u);
    EXPECT_EQ(folded.trailer_verdict(), head_verdict::folded);
}

}  // namespace
}  // namespace pushwire::protocol
