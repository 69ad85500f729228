#include "engine/origin.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

bool allow(std::vector<std::string> rules, std::string_view origin) {
    return origin_rules{rules}.allow(origin);
}

TEST(an_allowed_origin, is_the_one_named_and_no_other) {
    EXPECT_TRUE(allow({"https://example.org"}, "https://example.org"));
    EXPECT_TRUE(allow({"https://a.example", "https://example.org"}, "HTTPS://EXAMPLE.org"));
    EXPECT_TRUE(allow({"https://example.org"}, "https://example.org:443"));
    EXPECT_TRUE(allow({"https://example.org:443"}, "https://example.org"));
    EXPECT_TRUE(allow({"http://[::1]:8080"}, "http://[::1]:8080"));

    EXPECT_FALSE(allow({"https://example.org"}, "http://example.org"));
    EXPECT_FALSE(allow({"https://example.org"}, "https://example.org:8443"));
    EXPECT_FALSE(allow({"https://example.org"}, "https://example.org.evil.example"));
    EXPECT_FALSE(allow({"https://example.org"}, "https://evilexample.org"));
    EXPECT_FALSE(allow({"https://example.org"}, "https://www.example.org"));
    EXPECT_FALSE(allow({"https://example.org"}, "null"));
}

TEST(an_allowed_origin, may_be_any_below_a_domain) {
    EXPECT_TRUE(allow({"*.example.org"}, "https://www.example.org"));
    EXPECT_TRUE(allow({"*.example.org"}, "http://a.b.example.org:8080"));
    EXPECT_FALSE(allow({"*.example.org"}, "https://example.org"));
    EXPECT_FALSE(allow({"*.example.org"}, "https://evilexample.org"));
    EXPECT_FALSE(allow({"*.example.org"}, "https://.example.org.evil.example"));
    EXPECT_TRUE(allow({"https://*.example.org"}, "https://www.example.org"));
    EXPECT_FALSE(allow({"https://*.example.org"}, "http://www.example.org"));
    EXPECT_FALSE(allow({"https://*.example.org"}, "https://www.example.org:8443"));
}

TEST(an_allowed_origin, may_be_null_or_any) {
    EXPECT_TRUE(allow({"null"}, "null"));
    EXPECT_FALSE(allow({"null"}, "https://null"));
    EXPECT_TRUE(allow({"*"}, "https://anything.example"));
    EXPECT_TRUE(allow({"*"}, "not even well-formed"));
}

TEST(an_origin_that_is_not_well_formed, is_not_allowed) {
    for (const auto* wrong :
         {"", "example.org", "https://", "https://example.org/", "https://a@example.org",
          "https://example.org https://example.org", "https://example.org:", "https://*.example.org",
          "https://example.org:65536", "https://www.example.org\\.example.org", "://example.org"}) {
        EXPECT_FALSE(allow({"https://example.org", "*.example.org", "null"}, wrong)) << wrong;
    }
}

TEST(a_rule_for_origins, is_refused_where_it_says_nothing_clear) {
    for (const auto* wrong : {"", "example.org", "https://example.org/", "*example.org", "*.", "https://*",
                              "**", "*.example.org:8080", "https://a.*.org", "https://example.org:x"}) {
        SCOPED_TRACE(wrong);
        try {
            const origin_rules taken{std::vector<std::string>{wrong}};
            ADD_FAILURE() << "it was taken";
        } catch (const std::invalid_argument& refused) {
            EXPECT_NE(std::string{refused.what()}.find("write https://example.org"), std::string::npos);
        }
    }
}

TEST(a_foreign_origin, is_another_host_or_port_than_was_asked) {
    EXPECT_FALSE(is_foreign("https://example.org", "example.org"));
    EXPECT_FALSE(is_foreign("http://Example.org:9502", "example.org:9502"));
    EXPECT_FALSE(is_foreign("https://example.org", "example.org:443"));
    EXPECT_FALSE(is_foreign("http://[::1]:9502", "[::1]:9502"));

    EXPECT_TRUE(is_foreign("https://evil.example", "example.org"));
    EXPECT_TRUE(is_foreign("http://example.org:8080", "example.org"));
    EXPECT_TRUE(is_foreign("null", "example.org"));
    EXPECT_TRUE(is_foreign("https://example.org", ""));
}

}  // namespace
}  // namespace pushwire::engine
