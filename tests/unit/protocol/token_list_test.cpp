#include "protocol/token_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/characters.hpp"

namespace pushwire::protocol {
namespace {

using testing::ElementsAre;
using testing::Optional;

std::vector<std::string_view> elements(std::string_view list) {
    std::vector<std::string_view> all;
    while (const auto element = next_element(list)) all.push_back(*element);
    return all;
}

// Fields named L with these values, among others.
struct sample {
    std::vector<header_field> list{{"K", "other"}};

    sample(std::initializer_list<std::string_view> values) {
        for (const auto value : values) list.push_back({list.size() % 2 == 0 ? "l" : "L", value});
        list.push_back({"LL", "other"});
    }
    [[nodiscard]] header_fields fields() const { return header_fields{list}; }
};

// RFC 9110 5.6.2
TEST(is_token, knows_the_characters_of_the_rfc) {
    EXPECT_TRUE(is_token("!#$%&'*+-.^_`|~0aZ"));
    EXPECT_FALSE(is_token(""));
    for (const char c : std::string_view{"\"(),/:;<=>?@[\\]{} \t\r\n\x7f\x80\xff\0", 25}) {
        EXPECT_FALSE(is_token(std::string{'a', c})) << static_cast<int>(c);
    }
}

// RFC 9110 5.6.1.2
TEST(next_element, trims_elements_and_skips_empty_ones) {
    EXPECT_THAT(elements("a"), ElementsAre("a"));
    EXPECT_THAT(elements(" a ,\tb c\t,d"), ElementsAre("a", "b c", "d"));
    EXPECT_THAT(elements(",, a , ,b,,"), ElementsAre("a", "b"));
    EXPECT_THAT(elements(""), ElementsAre());
    EXPECT_THAT(elements(" , \t"), ElementsAre());
}

TEST(lists, finds_a_token_in_any_case_in_any_field_of_the_name) {
    const sample sample{"keep-alive, x", "Upgrade"};
    EXPECT_TRUE(lists(sample.fields(), "l", "upgrade"));
    EXPECT_TRUE(lists(sample.fields(), "L", "KEEP-ALIVE"));
    EXPECT_FALSE(lists(sample.fields(), "l", "keep"));
    EXPECT_FALSE(lists(sample.fields(), "l", "other"));
    EXPECT_FALSE(lists(sample.fields(), "m", "upgrade"));
    EXPECT_EQ(count(sample.fields(), "l"), 2u);
    EXPECT_EQ(count(sample.fields(), "m"), 0u);
}

TEST(different_tokens, joins_fields_in_their_order) {
    EXPECT_THAT(different_tokens(sample({"c, a", "b"}).fields(), "l"), Optional(ElementsAre("c", "a", "b")));
    EXPECT_THAT(different_tokens(sample({"", "b"}).fields(), "l"), Optional(ElementsAre("b")));
    EXPECT_THAT(different_tokens(sample({"a, A"}).fields(), "l"), Optional(ElementsAre("a", "A")))
        << "case matters";
}

TEST(different_tokens, refuses_no_token_a_broken_one_and_one_that_comes_twice) {
    EXPECT_EQ(different_tokens(sample({}).fields(), "l"), std::nullopt);
    EXPECT_EQ(different_tokens(sample({"", ","}).fields(), "l"), std::nullopt);
    EXPECT_EQ(different_tokens(sample({"a b"}).fields(), "l"), std::nullopt);
    EXPECT_EQ(different_tokens(sample({"a", "b/c"}).fields(), "l"), std::nullopt);
    EXPECT_EQ(different_tokens(sample({"a, b, a"}).fields(), "l"), std::nullopt);
    EXPECT_EQ(different_tokens(sample({"a, b", "c, b"}).fields(), "l"), std::nullopt);
}

// RFC 6455 9.1
TEST(listed_extensions, takes_what_the_grammar_allows) {
    for (const std::string_view value :
         {"a", "a, b", "a;b", "a ; b = c", "a; b=\"c\"", "a;b=c;d, e;f=\"g\";h", ",a,,b,", "\ta\t;\tb",
          "permessage-deflate; client_max_window_bits=15; server_no_context_takeover", "a; b=\"\\c\\d\"",
          "a;b=\"c\",d"}) {
        EXPECT_TRUE(listed_extensions(sample({value}).fields(), "l")) << value;
    }
    EXPECT_TRUE(listed_extensions(sample({"", "a"}).fields(), "l"));
}

TEST(listed_extensions, refuses_what_it_does_not) {
    for (const std::string_view value : {"",
                                         ",",
                                         ";",
                                         "a;",
                                         "a;;b",
                                         "a b",
                                         "a; b c",
                                         "a; b=",
                                         "a; =c",
                                         "a; b=c=d",
                                         "a=b",
                                         "\"a\"",
                                         "a; \"b\"",
                                         "a; b=\"\"",
                                         "a; b=\" c\"",
                                         "a; b=\"c \"",
                                         "a; b=\"c d\"",
                                         "a; b=\"c,d\"",
                                         "a; b=\"c",
                                         "a; b=\"c\\\"",
                                         "a; b=\"c\\\"\"",
                                         "a; b=\"\\",
                                         "a; b=\"c\"d",
                                         "a, b;",
                                         "a/b",
                                         "a; b/c"}) {
        EXPECT_FALSE(listed_extensions(sample({value}).fields(), "l")) << value;
    }
    EXPECT_FALSE(listed_extensions(sample({"a", "b;"}).fields(), "l"));
    EXPECT_FALSE(listed_extensions(sample({}).fields(), "l"));
}

TEST(listed_extensions, tells_them_in_their_order_with_their_parameters) {
    const auto listed = listed_extensions(sample({"a; b=c; d, e", "f; g=\"h\\i\""}).fields(), "l");

    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 3u);
    EXPECT_EQ((*listed)[0].name, "a");
    ASSERT_EQ((*listed)[0].parameters.size(), 2u);
    EXPECT_EQ((*listed)[0].parameters[0].name, "b");
    EXPECT_EQ((*listed)[0].parameters[0].value, "c");
    EXPECT_EQ((*listed)[0].parameters[1].name, "d");
    EXPECT_EQ((*listed)[0].parameters[1].value, std::nullopt);
    EXPECT_EQ((*listed)[1].name, "e");
    ASSERT_EQ((*listed)[2].parameters.size(), 1u);
    EXPECT_EQ((*listed)[2].parameters[0].value, "hi");
}

}  // namespace
}  // namespace pushwire::protocol
