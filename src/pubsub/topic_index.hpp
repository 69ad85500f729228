#pragma once
// Who listens to what: topics to subscribers and back. It knows numbers and names, no connections and no bytes.
//
//   "news" --> topic { subscribers: 3, 7, 9 }        subscriber 7 --> { "news" at 1, "chat" at 0 }
//
// Invariant: subscriber s stands at place p of topic t exactly if s's list names t with place p. A topic without
// subscribers does not exist. Belongs to one thread.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::pubsub {

using subscriber = std::uint64_t;

class topic_index {
  public:
    topic_index();
    ~topic_index();
    topic_index(const topic_index&) = delete;
    topic_index& operator=(const topic_index&) = delete;

    enum class outcome : std::uint8_t { subscribed, already_subscribed, too_many };

    /// `max_topics` bounds the topics of one subscriber.
    outcome subscribe(subscriber who, std::string_view topic, std::size_t max_topics);
    /// Says whether `who` was subscribed.
    bool unsubscribe(subscriber who, std::string_view topic);
    void unsubscribe_all(subscriber who);

    /// In no particular order; valid until the next change.
    [[nodiscard]] std::span<const subscriber> subscribers(std::string_view topic) const;
    /// What `who` has subscribed to, likewise.
    [[nodiscard]] std::vector<std::string_view> topics_of(subscriber who) const;
    [[nodiscard]] std::size_t topic_count() const;

  private:
    struct topic;
    struct membership;
    struct tables;

    void remove(membership from);

    std::unique_ptr<tables> tables_;
};

}  // namespace pushwire::pubsub
