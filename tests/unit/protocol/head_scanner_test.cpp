#include "protocol/head_scanner.hpp"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "unit/protocol/cuttings.hpp"

namespace pushwire::protocol {

void PrintTo(head_verdict verdict, std::ostream* out) {
    *out << "head_verdict " << static_cast<int>(verdict);
}

namespace {

using namespace std::string_literals;
using start = head_scanner::start;

tests::fed<head_verdict> scan(std::string_view input, start first = start::request_line,
                              std::size_t max_bytes = 1000, std::size_t max_fields = 10) {
    std::optional<tests::fed<head_verdict>> expected;
    for (const auto& cut : tests::cuttings(input)) {
        head_scanner scanner{first, max_bytes, max_fields};
        const auto result = tests::feed(cut, head_verdict::incomplete, [&](std::string_view bytes) {
            const auto [verdict, consumed] = scanner.receive(bytes);
            return std::pair{verdict, consumed};
        });
        if (!expected) expected = result;
        EXPECT_EQ(result.verdict, expected->verdict);
        EXPECT_EQ(result.consumed, expected->consumed);
        if (result.verdict == head_verdict::complete) {
            EXPECT_EQ(scanner.skipped_bytes() + scanner.head_bytes(), result.consumed);
        }
    }
    return *expected;
}

TEST(head_scanner, finds_the_end_of_a_head_and_nothing_after_it) {
    const auto head = "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n"s;
    EXPECT_EQ(scan(head + "\r\nGET"), (tests::fed{head_verdict::complete, head.size()}));
    EXPECT_EQ(scan("GET / HTTP/1.1\r\n\r\n").verdict, head_verdict::complete);
    EXPECT_EQ(scan("HTTP/1.1 200 \r\n\r\n", start::status_line).verdict, head_verdict::complete);
    EXPECT_EQ(scan("\r\n", start::fields).verdict, head_verdict::complete);
    EXPECT_EQ(scan("A: b\r\n\r\n", start::fields).verdict, head_verdict::complete);
}

// RFC 9112 2.2
TEST(head_scanner, skips_one_empty_line_before_a_request_and_none_before_a_response) {
    head_scanner scanner{start::request_line, 18, 0};
    EXPECT_EQ(scanner.receive("\r\nGET / HTTP/1.1\r\n\r\n").verdict, head_verdict::complete);
    EXPECT_EQ(scanner.skipped_bytes(), 2u);
    EXPECT_EQ(scanner.head_bytes(), 18u);
    EXPECT_EQ(scan("\r\n\r\n").verdict, head_verdict::malformed);
    EXPECT_EQ(scan("\rG").verdict, head_verdict::malformed);
    EXPECT_EQ(scan("\r\n", start::status_line), (tests::fed{head_verdict::malformed, std::size_t{1}}));
}

// Every byte at every place of a small head: the verdict follows the character classes of RFC 9112.
TEST(head_scanner, refuses_control_characters_wherever_they_stand) {
    const auto head = "GET /a HTTP/1.1\r\nHost: a b\r\nX: y\r\n\r\n"s;
    for (std::size_t at = 0; at < head.size(); ++at) {
        for (int c = 0; c < 256; ++c) {
            const bool control = c < 0x20 || c == 0x7f;
            if (!control || c == '\t' || head[at] == static_cast<char>(c)) continue;
            auto broken = head;
            broken[at] = static_cast<char>(c);
            const auto verdict = scan(broken).verdict;
            // CR where a line may end: what follows is not LF, except at the very start
            EXPECT_TRUE(verdict == head_verdict::malformed || verdict == head_verdict::version)
                << "byte " << c << " at " << at;
        }
    }
}

TEST(head_scanner, tells_a_bare_line_feed_and_a_bare_carriage_return) {
    EXPECT_EQ(scan("GET / HTTP/1.1\n").consumed, 15u);
    EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n").verdict, head_verdict::malformed);
    EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n").verdict, head_verdict::malformed);
    EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\n").verdict, head_verdict::malformed);
    EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\rX").verdict, head_verdict::malformed);
}

// RFC 9112 5.1, 5.2; RFC 9110 5.1
TEST(head_scanner, knows_a_field_line) {
    const auto field = [](std::string_view line) {
        return scan("GET / HTTP/1.1\r\nA: b\r\n" + std::string{line} + "\r\n\r\n").verdict;
    };
    EXPECT_EQ(field("x!#$%&'*+-.^_`|~9:"), head_verdict::complete);
    EXPECT_EQ(field("X:\t \xff\x80 \"(),/:;<=>?@[\\]{}"), head_verdict::complete);
    EXPECT_EQ(field("X : y"), head_verdict::malformed);
    EXPECT_EQ(field("X\t: y"), head_verdict::malformed);
    EXPECT_EQ(field(": y"), head_verdict::malformed);
    EXPECT_EQ(field("X"), head_verdict::malformed);
    EXPECT_EQ(field("X(: y"), head_verdict::malformed);
    EXPECT_EQ(field("\xc3\xa4: y"), head_verdict::malformed);
    EXPECT_EQ(field(" folded"), head_verdict::folded);
    EXPECT_EQ(field("\tX: folded"), head_verdict::folded);
    EXPECT_EQ(scan("GET / HTTP/1.1\r\n X: y\r\n\r\n").verdict, head_verdict::malformed)
        << "there is nothing to fold";
}

TEST(head_scanner, knows_a_request_line) {
    const auto request = [](std::string_view line) { return scan(std::string{line} + "\r\n\r\n").verdict; };
    EXPECT_EQ(request("M-SEARCH /?a=b&c=\"{|}\" HTTP/1.0"), head_verdict::complete);
    EXPECT_EQ(request("GET / HTTP/1.9"), head_verdict::complete);
    EXPECT_EQ(request("GET /#x HTTP/1.1"), head_verdict::malformed);
    EXPECT_EQ(request("GET\t/ HTTP/1.1"), head_verdict::malformed);
    EXPECT_EQ(request("GET /  HTTP/1.1"), head_verdict::malformed);
    EXPECT_EQ(request("GET / HTTP/1.1 "), head_verdict::malformed);
    EXPECT_EQ(request("GET / HTTP/1.10"), head_verdict::malformed);
    EXPECT_EQ(request("GET / HTTP/1."), head_verdict::malformed);
    EXPECT_EQ(request("GET / http/1.1"), head_verdict::malformed);
    EXPECT_EQ(request("GET /"), head_verdict::version);
    EXPECT_EQ(request("GET / HTTP/3.1"), head_verdict::version);
    EXPECT_EQ(request("GET  HTTP/1.1"), head_verdict::malformed);
}

TEST(head_scanner, bounds_bytes_and_fields) {
    const auto head = "GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n"s;
    EXPECT_EQ(scan(head, start::request_line, head.size(), 2).verdict, head_verdict::complete);
    EXPECT_EQ(scan(head, start::request_line, head.size() - 1, 2),
              (tests::fed{head_verdict::too_large, head.size()}));
    EXPECT_EQ(scan(head, start::request_line, 20, 2), (tests::fed{head_verdict::too_large, std::size_t{21}}));
    EXPECT_EQ(scan(head, start::request_line, head.size(), 1),
              (tests::fed{head_verdict::too_many_fields, std::size_t{23}}));
    EXPECT_EQ(scan("X", start::fields, 0, 1).verdict, head_verdict::too_large);
}

}  // namespace
}  // namespace pushwire::protocol
