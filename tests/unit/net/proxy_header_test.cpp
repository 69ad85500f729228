// The PROXY protocol, versions 1 and 2 (haproxy.org, doc/proxy-protocol.txt), whole and at every cut.

#include "net/proxy_header.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pushwire::net {
namespace {

using namespace std::string_literals;
using state = proxy_header::state;

const auto signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string binary(int command, int family, const std::string& rest) {
    return signature + static_cast<char>(command) + static_cast<char>(family) +
           static_cast<char>(rest.size() >> 8) + static_cast<char>(rest.size() & 0xff) + rest;
}

struct outcome {
    proxy_header::state state = state::incomplete;
    std::size_t consumed = 0;
    address client;
    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome feed(const std::string& bytes, std::size_t cut) {
    proxy_header tested;
    outcome result;
    for (const auto& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        if (result.state != state::incomplete) break;
        const auto progress = tested.receive(std::as_bytes(std::span{part}));
        result.state = progress.state;
        result.consumed += progress.consumed;
    }
    result.client = tested.client();
    return result;
}

/// The same at every cut.
outcome read(const std::string& bytes) {
    const auto whole = feed(bytes, bytes.size());
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
        EXPECT_EQ(feed(bytes, cut), whole) << "cut at " << cut;
    }
    return whole;
}

std::string client_of(const outcome& from) {
    return to_string(from.client) + " " + std::to_string(from.client.port);
}

void expect_malformed(const std::string& bytes, std::size_t at) {
    SCOPED_TRACE(bytes);
    const auto result = read(bytes);
    EXPECT_EQ(result.state, state::malformed);
    EXPECT_EQ(result.consumed, at);
}

TEST(a_proxy_line, names_the_client) {
    const auto header = "PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n"s;
    const auto result = read(header + "GET / HTTP/1.1\r\n");
    EXPECT_EQ(result.state, state::complete);
    EXPECT_EQ(result.consumed, header.size()) << "what follows is the client's";
    EXPECT_EQ(client_of(result), "192.0.2.7 51234");

    EXPECT_EQ(client_of(read("PROXY TCP6 2001:db8::7 2001:db8::1 1 65535\r\n")), "2001:db8::7 1");
    EXPECT_EQ(client_of(read("PROXY TCP6 ::ffff:192.0.2.7 ::1 0 1\r\n")), "192.0.2.7 0");
}

TEST(a_proxy_line, may_leave_the_client_unknown) {
    for (const auto* line : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 whatever\r\n"}) {
        const auto result = read(line);
        EXPECT_EQ(result.state, state::complete);
        EXPECT_EQ(result.client, address{});
    }
}

TEST(a_proxy_line, is_refused_at_the_first_byte_that_shows_that_it_is_none) {
    expect_malformed("GET / HTTP/1.1\r\n", 1);
    expect_malformed("PROXX TCP4", 5);
    expect_malformed("PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n", 40);
    expect_malformed("PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", 38);
    expect_malformed("PROXY TCP4\r192", 12);
    expect_malformed("PROXY \r\n", 8);
    expect_malformed("PROXY UNKNOWNX\r\n", 16);
}

TEST(a_proxy_line, is_refused_where_its_words_are_wrong) {
    for (const auto* line : {
             "PROXY TCP5 192.0.2.7 198.51.100.1 1 2\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n",
             "PROXY TCP4 192.0.2.7 198.51.100.1  2\r\n",
             "PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n",
             "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
             "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n",
             "PROXY TCP4 192.0.2.7 host 1 2\r\n",
         }) {
        expect_malformed(line, std::string{line}.size());
    }
}

TEST(a_proxy_line, is_at_most_107_bytes_long) {
    EXPECT_EQ(read("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n").state, state::complete);
    expect_malformed("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", 107);
    expect_malformed("PROXY UNKNOWN " + std::string(1000, 'x'), 107);
}

TEST(a_binary_proxy_header, names_the_client) {
    const auto v4 = binary(0x21, 0x11, "\xc0\0\2\7\xc6\x33\x64\1\xc8\x22\1\xbb"s);
    const auto result = read(v4 + "GET /");
    EXPECT_EQ(result.state, state::complete);
    EXPECT_EQ(result.consumed, v4.size());
    EXPECT_EQ(client_of(result), "192.0.2.7 51234");

    const auto from = "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7"s;
    EXPECT_EQ(client_of(read(binary(0x21, 0x21, from + from + "\0\1\0\2"s))), "2001:db8::7 1");
    const auto mapped = "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\7"s;
    EXPECT_EQ(client_of(read(binary(0x21, 0x21, mapped + from + "\0\1\0\2"s))), "192.0.2.7 1");
    EXPECT_EQ(client_of(read(binary(0x21, 0x31, std::string(216, 'u')))), "unix 0");
}

TEST(a_binary_proxy_header, skips_what_follows_the_addresses) {
    const auto addresses = "\xc0\0\2\7\xc6\x33\x64\1\xc8\x22\1\xbb"s;
    const auto header = binary(0x21, 0x11, addresses + "\x20\0\x05hello"s);
    EXPECT_EQ(read(header + "GET /").consumed, header.size());

    proxy_header tested;
    const auto largest = binary(0x21, 0x11, addresses + std::string(65535 - 12, 'x')) + "rest";
    const auto progress = tested.receive(std::as_bytes(std::span{largest}));
    EXPECT_EQ(progress.state, state::complete);
    EXPECT_EQ(progress.consumed, largest.size() - 4);
    EXPECT_EQ(to_string(tested.client()), "192.0.2.7");
}

TEST(a_binary_proxy_header, may_speak_for_the_proxy_itself_or_for_nobody) {
    const auto addresses = "\xc0\0\2\7\xc6\x33\x64\1\xc8\x22\1\xbb"s;
    for (const auto& header : {binary(0x20, 0x00, ""), binary(0x20, 0x11, addresses), binary(0x21, 0x00, ""),
                               binary(0x21, 0x00, "ignored"), binary(0x21, 0x12, addresses)}) {
        const auto result = read(header);
        EXPECT_EQ(result.state, state::complete);
        EXPECT_EQ(result.consumed, header.size());
        EXPECT_EQ(result.client, address{});
    }
}

TEST(a_binary_proxy_header, is_refused_where_it_is_wrong) {
    expect_malformed(signature.substr(0, 11) + "X", 12);
    expect_malformed(binary(0x11, 0x11, std::string(12, 'x')), 13);
    expect_malformed(binary(0x22, 0x11, std::string(12, 'x')), 13);
    expect_malformed(binary(0x21, 0x41, std::string(12, 'x')), 14);
    expect_malformed(binary(0x21, 0x13, std::string(12, 'x')), 14);
    expect_malformed(binary(0x21, 0x11, std::string(11, 'x')), 16 + 11);
    expect_malformed(binary(0x21, 0x11, ""), 16);
    expect_malformed(binary(0x21, 0x21, std::string(35, 'x')), 16 + 35);
    expect_malformed(binary(0x21, 0x31, std::string(215, 'x')), 16 + 215);
}

TEST(a_proxy_header, waits_for_the_rest_of_it) {
    for (const auto& part : {"P"s, "PROXY TCP4 192.0.2.7"s, "PROXY UNKNOWN\r"s, signature,
                             binary(0x21, 0x11, std::string(12, 'x')).substr(0, 27)}) {
        const auto result = read(part);
        EXPECT_EQ(result.state, state::incomplete);
        EXPECT_EQ(result.consumed, part.size());
    }
}

}  // namespace
}  // namespace pushwire::net
