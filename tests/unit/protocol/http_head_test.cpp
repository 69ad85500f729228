#include "protocol/http_head.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "protocol/head_scanner.hpp"

namespace pushwire::protocol {
namespace {

TEST(http_head, views_the_parts_of_a_request) {
    std::string text = "PUT /a?b HTTP/1.1\r\nHost:a\r\nX: \t b c \t\r\nEmpty:\r\nContent-Length: 7\r\n\r\n";
    http_head head;

    ASSERT_TRUE(parse_head(head_kind::request, text, head));

    EXPECT_EQ(head.method, "PUT");
    EXPECT_EQ(head.target, "/a?b");
    EXPECT_EQ(head.minor_version, 1);
    ASSERT_EQ(head.fields.size(), 4u);
    EXPECT_EQ(head.fields[0].name, "Host");
    EXPECT_EQ(head.fields[0].value, "a");
    EXPECT_EQ(head.fields[1].value, "b c");
    EXPECT_EQ(head.fields[2].value, "");
    EXPECT_EQ(head.body_bytes, 7u);
    EXPECT_FALSE(head.chunked);
    for (const auto& field : head.fields) {
        EXPECT_GE(field.name.data(), text.data());
        EXPECT_LT(field.name.data(), text.data() + text.size());
    }
}

TEST(http_head, views_the_parts_of_a_response) {
    std::string text = "HTTP/1.0 404 Not Found\r\nX: y\r\n\r\n";
    http_head head;

    ASSERT_TRUE(parse_head(head_kind::response, text, head));

    EXPECT_EQ(head.status, 404);
    EXPECT_EQ(head.minor_version, 0);
    EXPECT_EQ(head.fields.size(), 1u);
}

TEST(http_head, forgets_what_was_parsed_before) {
    std::string first = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string second = "GET / HTTP/1.1\r\n\r\n";
    http_head head;
    ASSERT_TRUE(parse_head(head_kind::request, first, head));
    EXPECT_TRUE(head.chunked);

    ASSERT_TRUE(parse_head(head_kind::request, second, head));

    EXPECT_FALSE(head.chunked);
    EXPECT_TRUE(head.fields.empty());
}

// RFC 9110 2.5
TEST(http_head, takes_a_higher_minor_version_for_the_highest_it_knows) {
    for (std::string text : {"GET /HTTP/1.7 HTTP/1.2\r\n\r\n", "GET / HTTP/1.9\r\nX: HTTP/1.9\r\n\r\n"}) {
        http_head head;
        ASSERT_TRUE(parse_head(head_kind::request, text, head));
        EXPECT_EQ(head.minor_version, 1);
    }
    std::string text = "HTTP/1.3 200 OK HTTP/1.3\r\n\r\n";
    http_head head;
    ASSERT_TRUE(parse_head(head_kind::response, text, head));
    EXPECT_EQ(head.minor_version, 1);
}

// RFC 9110 8.6; RFC 9112 6.1, 6.3
TEST(http_head, refuses_a_body_whose_end_is_not_certain) {
    for (const std::string fields :
         {"Content-Length: 1\r\nContent-Length: 2\r\n", "Content-Length: 1,2\r\n", "Content-Length: 1,\r\n",
          "Content-Length: +1\r\n", "Content-Length: 1 1\r\n", "Content-Length: \r\n",
          "Content-Length: 18446744073709551616\r\n", "Transfer-Encoding: gzip\r\n",
          "Transfer-Encoding: \r\n", "Transfer-Encoding: chunked, gzip\r\n",
          "Transfer-Encoding: chunked, chunked\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
          "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"}) {
        std::string text = "PUT / HTTP/1.1\r\n" + fields + "\r\n";
        http_head head;
        EXPECT_FALSE(parse_head(head_kind::request, text, head)) << fields;
    }
    std::string text = "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
    http_head head;
    EXPECT_FALSE(parse_head(head_kind::request, text, head));
}

// What is spared the parser is what the parser would say of it: every byte that the scanner lets through, at every place of
// heads with all that has a meaning.
TEST(http_head, says_the_same_with_and_without_beast) {
    const auto expect_the_same = [](std::string text) {
        head_scanner scanner{head_scanner::start::request_line, text.size(), 10};
        const auto [verdict, consumed] = scanner.receive(text);
        if (verdict != head_verdict::complete || consumed != text.size() || scanner.skipped_bytes() != 0) {
            return 0;
        }
        std::string same = text;
        http_head head;
        http_head by_beast;
        const bool taken = parse_head(head_kind::request, text, head);
        EXPECT_EQ(taken, parse_head_by_beast(head_kind::request, same, by_beast)) << same;
        if (!taken) return 1;
        EXPECT_EQ(head.method, by_beast.method);
        EXPECT_EQ(head.target, by_beast.target);
        EXPECT_EQ(head.minor_version, by_beast.minor_version);
        EXPECT_EQ(head.body_bytes, by_beast.body_bytes) << same;
        EXPECT_EQ(head.chunked, by_beast.chunked) << same;
        EXPECT_EQ(head.fields.size(), by_beast.fields.size()) << same;
        for (std::size_t i = 0; i < std::min(head.fields.size(), by_beast.fields.size()); ++i) {
            EXPECT_EQ(head.fields[i].name, by_beast.fields[i].name) << same;
            EXPECT_EQ(head.fields[i].value, by_beast.fields[i].value) << same;
        }
        return 1;
    };
    int compared = 0;
    for (const std::string head :
         {"GET /a?b HTTP/1.1\r\nHost:a:1\r\nConnection: keep-alive \t,\tUpgrade\r\nX:  y z \r\n\r\n",
          "GET / HTTP/1.1\r\nProxy-Connection: a,b\r\nConnection: Upgrade\r\nConnection: a\r\n\r\n",
          "PUT / HTTP/1.0\r\nContent-Length: 17\r\nConnection:\r\n\r\n",
          "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX:\r\n\r\n"}) {
        for (std::size_t place = 0; place < head.size(); ++place) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                auto changed = head;
                changed[place] = static_cast<char>(byte);
                compared += expect_the_same(changed);
                auto longer = head;
                longer.insert(place, 1, static_cast<char>(byte));
                compared += expect_the_same(longer);
            }
        }
    }
    EXPECT_GT(compared, 10'000);
}

}  // namespace
}  // namespace pushwire::protocol
