#include "engine/router.hpp"

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

TEST(router, prefers_an_exact_path_to_a_prefix_and_a_long_prefix_to_a_short_one) {
    router paths;
    const auto root = paths.at("/*");
    const auto topics = paths.at("/topic/*");
    const auto special = paths.at("/topic/special");
    paths.complete_from({});

    EXPECT_EQ(paths.find("/topic/special"), special.get());
    EXPECT_EQ(paths.find("/topic/other"), topics.get());
    EXPECT_EQ(paths.find("/topic/special/more"), topics.get());
    EXPECT_EQ(paths.find("/elsewhere"), root.get());
}

TEST(router, finds_nothing_where_no_pattern_fits) {
    router paths;
    paths.at("/chat");
    paths.complete_from({});

    EXPECT_EQ(paths.find("/"), nullptr);
    EXPECT_EQ(paths.find("/chat/"), nullptr);
    EXPECT_EQ(paths.find("/Chat"), nullptr);
    EXPECT_EQ(paths.find(""), nullptr);
}

TEST(router, names_one_place_for_one_pattern) {
    router paths;

    EXPECT_EQ(paths.at("/chat"), paths.at("/chat"));
    EXPECT_NE(paths.at("/chat"), paths.at("/chat/*"));
}

TEST(router, gives_the_servers_handlers_to_a_path_that_lacks_them) {
    router paths;
    const auto chat = paths.at("/chat");
    int chat_messages = 0;
    int all_messages = 0;
    int all_opened = 0;
    chat->on_message = [&](server&, const message&) { ++chat_messages; };
    handlers for_all;
    for_all.on_message = [&](server&, const message&) { ++all_messages; };
    for_all.on_open = [&](server&, const request&) { ++all_opened; };

    paths.complete_from(for_all);
    server unused{options{}};
    paths.find("/chat")->on_message(unused, {});
    paths.find("/chat")->on_open(unused, {});

    EXPECT_EQ(chat_messages, 1);
    EXPECT_EQ(all_messages, 0);
    EXPECT_EQ(all_opened, 1);
}

TEST(router, refuses_a_pattern_that_it_could_not_match) {
    router paths;

    for (const auto* wrong : {"", "chat", "/ch*t", "/chat*", "*", "/a/*/b"}) {
        EXPECT_THROW(paths.at(wrong), setup_error) << wrong;
    }
}

}  // namespace
}  // namespace pushwire::engine
