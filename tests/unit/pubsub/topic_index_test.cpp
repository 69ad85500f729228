#include "pubsub/topic_index.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace pushwire::pubsub {
namespace {

using outcome = topic_index::outcome;

std::set<subscriber> who_hears(const topic_index& index, std::string_view topic) {
    const auto found = index.subscribers(topic);
    const std::set<subscriber> all{found.begin(), found.end()};
    EXPECT_EQ(all.size(), found.size()) << "a subscriber stands twice under " << topic;
    return all;
}

TEST(topic_index, tells_who_subscribed_to_a_topic) {
    topic_index index;

    EXPECT_EQ(index.subscribe(1, "news", 10), outcome::subscribed);
    EXPECT_EQ(index.subscribe(2, "news", 10), outcome::subscribed);
    EXPECT_EQ(index.subscribe(2, "chat", 10), outcome::subscribed);

    EXPECT_EQ(who_hears(index, "news"), (std::set<subscriber>{1, 2}));
    EXPECT_EQ(who_hears(index, "chat"), (std::set<subscriber>{2}));
    EXPECT_TRUE(who_hears(index, "weather").empty());
}

TEST(topic_index, counts_a_second_subscription_of_the_same_topic_once) {
    topic_index index;
    (void)index.subscribe(1, "news", 10);

    EXPECT_EQ(index.subscribe(1, "news", 10), outcome::already_subscribed);
    EXPECT_TRUE(index.unsubscribe(1, "news"));

    EXPECT_TRUE(who_hears(index, "news").empty());
    EXPECT_FALSE(index.unsubscribe(1, "news"));
}

TEST(topic_index, tells_what_somebody_subscribes_to) {
    topic_index index;
    EXPECT_TRUE(index.topics_of(1).empty());
    (void)index.subscribe(1, "news", 10);
    (void)index.subscribe(1, "chat", 10);
    (void)index.subscribe(2, "other", 10);
    auto topics = index.topics_of(1);
    std::ranges::sort(topics);
    EXPECT_EQ(topics, (std::vector<std::string_view>{"chat", "news"}));

    index.unsubscribe(1, "news");

    EXPECT_EQ(index.topics_of(1), (std::vector<std::string_view>{"chat"}));
    index.unsubscribe_all(1);
    EXPECT_TRUE(index.topics_of(1).empty());
}

TEST(topic_index, refuses_more_topics_than_one_subscriber_may_have) {
    topic_index index;
    (void)index.subscribe(1, "a", 2);
    (void)index.subscribe(1, "b", 2);

    EXPECT_EQ(index.subscribe(1, "c", 2), outcome::too_many);
    EXPECT_EQ(index.subscribe(2, "c", 2), outcome::subscribed);
    EXPECT_EQ(index.subscribe(3, "c", 0), outcome::too_many);
}

TEST(topic_index, forgets_a_topic_that_nobody_listens_to) {
    topic_index index;
    (void)index.subscribe(1, "a", 10);
    (void)index.subscribe(1, "b", 10);
    (void)index.subscribe(2, "b", 10);

    index.unsubscribe_all(1);

    EXPECT_EQ(index.topic_count(), 1u);
    EXPECT_EQ(who_hears(index, "b"), (std::set<subscriber>{2}));
    index.unsubscribe_all(2);
    EXPECT_EQ(index.topic_count(), 0u);
}

TEST(topic_index, agrees_with_a_plain_model_after_any_sequence_of_changes) {
    topic_index index;
    std::map<std::string, std::set<subscriber>> model;
    std::mt19937 random{20260101};
    const auto below = [&](unsigned n) { return random() % n; };

    for (int step = 0; step < 20'000; ++step) {
        const subscriber who = 1 + below(12);
        const auto topic = std::string(1, static_cast<char>('a' + below(8)));
        switch (below(8)) {
            case 0:
                index.unsubscribe_all(who);
                for (auto& [name, members] : model) members.erase(who);
                break;
            case 1:
            case 2:
            case 3:
                EXPECT_EQ(index.unsubscribe(who, topic), model[topic].erase(who) == 1);
                break;
            default:
                EXPECT_EQ(index.subscribe(who, topic, 100), model[topic].insert(who).second
                                                                ? outcome::subscribed
                                                                : outcome::already_subscribed);
        }
        ASSERT_EQ(who_hears(index, topic), model[topic]) << "at step " << step;
    }
}

}  // namespace
}  // namespace pushwire::pubsub
