#include "placeholder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushwire::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(a_placeholder, in_small_letters_is_a_choice) {
    const auto parsed = parse_placeholder("auto|epoll|io_uring");

    EXPECT_THAT(parsed.choices, ElementsAre("auto", "epoll", "io_uring"));
    EXPECT_THAT(parsed.words, ElementsAre("auto", "epoll", "io_uring"));
    EXPECT_EQ(parsed.path, path_kind::none);
    EXPECT_FALSE(parsed.optional);
}

TEST(a_placeholder, in_capitals_is_a_kind_of_value) {
    const auto parsed = parse_placeholder("N|auto");

    EXPECT_THAT(parsed.choices, ElementsAre("auto"));
    EXPECT_THAT(parsed.words, ElementsAre("N", "auto"));
    EXPECT_EQ(parsed.path, path_kind::none);
}

TEST(a_placeholder, in_capitals_may_be_in_quotes) {
    EXPECT_THAT(parse_placeholder("'NAME: VALUE'").choices, IsEmpty());
}

TEST(a_placeholder, may_be_a_number_to_choose) {
    EXPECT_THAT(parse_placeholder("1.2|1.3").choices, ElementsAre("1.2", "1.3"));
}

TEST(a_placeholder, names_a_file_perhaps_of_an_ending) {
    EXPECT_EQ(parse_placeholder("FILE").path, path_kind::file);
    EXPECT_EQ(parse_placeholder("FILE").ending, "");
    EXPECT_EQ(parse_placeholder("FILE.toml").path, path_kind::file);
    EXPECT_EQ(parse_placeholder("FILE.toml").ending, ".toml");
    EXPECT_EQ(parse_placeholder("FILES").path, path_kind::none);
}

TEST(a_placeholder, names_a_folder) {
    EXPECT_EQ(parse_placeholder("DIR").path, path_kind::folder);
}

TEST(a_placeholder, in_brackets_may_be_left_out) {
    const auto parsed = parse_placeholder("[FILE|-]");

    EXPECT_TRUE(parsed.optional);
    EXPECT_EQ(parsed.path, path_kind::file);
    EXPECT_THAT(parsed.words, ElementsAre("FILE", "-"));
    EXPECT_THAT(parsed.choices, IsEmpty());
}

TEST(a_placeholder, of_nothing_is_nothing) {
    const auto parsed = parse_placeholder("");

    EXPECT_THAT(parsed.words, IsEmpty());
    EXPECT_THAT(parsed.choices, IsEmpty());
}

}  // namespace
}  // namespace pushwire::cli
