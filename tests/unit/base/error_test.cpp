// The table of errors holds what its readers rely on: peers, metrics and documents.

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include <pushwire/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushwire {
namespace {

constexpr std::array all{
#define PUSHWIRE_ERROR(name, family, code, status, text) error::name,
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
};

TEST(error_rows, stand_at_the_place_of_their_enumerator) {
#define PUSHWIRE_ERROR(row, family, code, status, text) EXPECT_EQ(describe(error::row).name, #row);
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
    EXPECT_EQ(describe(error::none).name, "none");
    EXPECT_EQ(describe(error::none).family, error_family::none);
}

TEST(error_rows, have_different_names_that_fit_a_label_of_a_metric) {
    std::set<std::string_view> names;
    for (const auto why : all) {
        const auto name = describe(why).name;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
        })) << name;
    }
}

// RFC 6455 5.5: a close frame's reason has at most 123 bytes. The text also goes into a response's body and into logs.
TEST(error_rows, have_texts_that_are_short_printable_and_different) {
    std::set<std::string_view> texts;
    for (const auto why : all) {
        const auto& row = describe(why);
        EXPECT_FALSE(row.text.empty()) << row.name;
        EXPECT_LE(row.text.size(), 123u) << row.name;
        EXPECT_TRUE(std::ranges::all_of(row.text, [](char c) { return c >= 0x20 && c <= 0x7e; })) << row.name;
        EXPECT_TRUE(texts.insert(row.text).second) << row.name;
    }
}

// RFC 6455 7.4.1, and 1012 to 1014 of the IANA registry. 1006 stands for no close frame; a server does not send 1010.
TEST(error_rows, have_close_codes_that_an_endpoint_may_send_or_1006) {
    for (const auto why : all) {
        EXPECT_THAT(describe(why).close_code,
                    testing::AnyOf(1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 1014))
            << describe(why).name;
        EXPECT_NE(describe(why).close_code, 1000) << describe(why).name << ": an error is no normal closure";
    }
}

// RFC 9110 15.5, 15.6; RFC 6585 5
TEST(error_rows, have_known_error_statuses_or_none) {
    for (const auto why : all) {
        EXPECT_THAT(describe(why).http_status,
                    testing::AnyOf(0, 400, 401, 403, 404, 405, 408, 413, 426, 429, 431, 500, 503, 505))
            << describe(why).name;
    }
}

TEST(error_rows, of_one_family_answer_in_one_way) {
    for (const auto why : all) {
        const auto& row = describe(why);
        EXPECT_NE(row.family, error_family::none) << row.name;
        EXPECT_EQ(row.family == error_family::protocol, row.close_code == 1002) << row.name;
        EXPECT_EQ(row.family == error_family::payload, row.close_code == 1007) << row.name;
        EXPECT_TRUE(row.family != error_family::opening || row.close_code == 1006) << row.name;
        EXPECT_TRUE(!row.name.starts_with("request_") || row.http_status != 0) << row.name;
        EXPECT_TRUE(!row.name.starts_with("response_") || row.http_status == 0) << row.name;
    }
}

}  // namespace
}  // namespace pushwire
