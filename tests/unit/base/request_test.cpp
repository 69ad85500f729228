#include <array>

#include <pushwire/request.hpp>

#include <gtest/gtest.h>

namespace pushwire {
namespace {

TEST(equal_ignoring_case, folds_the_letters_of_ascii_and_nothing_else) {
    EXPECT_TRUE(equal_ignoring_case("", ""));
    EXPECT_TRUE(equal_ignoring_case("Sec-WebSocket-Key", "sec-webSOCKET-kEY"));
    EXPECT_FALSE(equal_ignoring_case("a", "ab"));
    EXPECT_FALSE(equal_ignoring_case("[", "{"));
    EXPECT_FALSE(equal_ignoring_case("@", "`"));
    EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

constexpr std::array fields{header_field{"Host", "a"}, header_field{"X-Tag", "1"}, header_field{"x-tag", "2"},
                            header_field{"Empty", ""}};

TEST(header_fields, finds_the_first_field_of_a_name_in_any_case) {
    const header_fields headers{fields};
    EXPECT_EQ(headers.size(), 4u);
    EXPECT_EQ(headers.find("hOST"), "a");
    EXPECT_EQ(headers.find("X-TAG"), "1");
    EXPECT_EQ(headers["x-tag"], "1");
}

TEST(header_fields, tells_an_empty_field_from_a_missing_one) {
    const header_fields headers{fields};
    EXPECT_EQ(headers.find("empty"), "");
    EXPECT_EQ(headers.find("missing"), std::nullopt);
    EXPECT_EQ(headers["missing"], "");
    EXPECT_EQ(header_fields{}.find("host"), std::nullopt);
}

// RFC 6265 4.2.1, 5.4
class cookies : public testing::Test {
  protected:
    const std::array<header_field, 4> list_{header_field{"Cookie", "a=1; b=2;c=\"3\" ;\td=4=5; =x; flag; e="},
                                            header_field{"Not-Cookie", "z=1"},
                                            header_field{"cookie", "f=6; a=7"}, header_field{"Cookie", ""}};
    request request_;
    void SetUp() override { request_.headers = header_fields{list_}; }
};

TEST_F(cookies, are_found_in_all_fields_of_that_name_the_first_one_first) {
    EXPECT_EQ(request_.cookie("a"), "1");
    EXPECT_EQ(request_.cookie("b"), "2");
    EXPECT_EQ(request_.cookie("f"), "6");
    EXPECT_EQ(request_.cookie("z"), std::nullopt);
}

TEST_F(cookies, keep_their_value_as_it_came) {
    EXPECT_EQ(request_.cookie("c"), "\"3\"");
    EXPECT_EQ(request_.cookie("d"), "4=5");
    EXPECT_EQ(request_.cookie("e"), "");
}

TEST_F(cookies, have_names_whose_case_matters_and_that_match_whole) {
    EXPECT_EQ(request_.cookie("A"), std::nullopt);
    EXPECT_EQ(request_.cookie("flag"), std::nullopt);
    EXPECT_EQ(request_.cookie("fla"), std::nullopt);
    EXPECT_EQ(request_.cookie("b=2;c"), std::nullopt);
}

TEST(request, hands_out_the_user_data_of_its_connection) {
    int mine = 7;
    request request;
    request.user_object = &mine;
    request.user<int>() = 8;
    EXPECT_EQ(mine, 8);
}

}  // namespace
}  // namespace pushwire
