// Which loop is made.

#include "net/loop.hpp"

#include <string_view>

#include <pushwire/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushwire::net {
namespace {

TEST(loop, is_epoll_when_it_may_choose) {
    EXPECT_EQ(std::string_view{loop::make(backend::automatic)->name()}, "epoll");
    EXPECT_EQ(std::string_view{loop::make(backend::epoll)->name()}, "epoll");
}

TEST(loop, on_io_uring_is_made_or_says_what_to_do) {
    try {
        EXPECT_EQ(std::string_view{loop::make(backend::io_uring)->name()}, "io_uring");
    } catch (const setup_error& refused) {
        EXPECT_THAT(refused.what(), testing::HasSubstr("choose epoll"));
    }
}

TEST(loop, knows_the_time_before_its_first_turn) {
    const time_point before = clock::now();
    const auto made = loop::make(backend::automatic);

    EXPECT_GE(made->now(), before);
    EXPECT_LE(made->now(), clock::now());
}

TEST(loop, keeps_idle_streams_small) {
    EXPECT_LE(sizeof(stream), 32U);
}

}  // namespace
}  // namespace pushwire::net
