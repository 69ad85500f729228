#include "decode/clauses.hpp"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace pushwire::decode {
namespace {

// What no bytes make: what an application, a clock, a network, or a server with many connections decides.
const std::set<std::string_view> made_otherwise{
    "host_unknown",
    "connect_failed",
    "connect_timeout",
    "server_without_tls",
    "certificate_expired",
    "certificate_name",
    "certificate_untrusted",
    "none",
    "not_found",
    "refused",
    "handshake_timeout",
    "tls_handshake_failed",
    "tls_expected",
    "proxy_header_malformed",
    "origin_refused",
    "too_many_from_address",
    "address_too_fast",
    "too_many_connections",
    "idle_timeout",
    "part_timeout",
    "closing_timeout",
    "connection_lost",
    "tls_broken",
    "backlog_full",
    "all_backlogs_full",
    "all_unfinished_full",
    "message_rate",
    "message_timeout",
    "stuck_timeout",
    "handler_threw",
    "shutting_down",
};

TEST(clauses, there_is_one_for_each_row_that_bytes_can_make_and_for_no_other) {
    for (std::size_t i = 0; i < error_count; ++i) {
        const auto& row = describe(static_cast<error>(i));
        const bool by_bytes = !made_otherwise.contains(row.name);
        EXPECT_EQ(by_bytes, clause_of(static_cast<error>(i)).section.starts_with("RFC ")) << row.name;
    }
}

TEST(clauses, close_codes_are_told_in_words) {
    EXPECT_EQ(name_of_close_code(1001), "going away");
    EXPECT_EQ(name_of_close_code(3000), "registered by a library or framework");
    EXPECT_EQ(name_of_close_code(4999), "the application's own");
    EXPECT_EQ(name_of_close_code(999), "not defined");
    EXPECT_EQ(name_of_close_code(5000), "not defined");
}

}  // namespace
}  // namespace pushwire::decode
