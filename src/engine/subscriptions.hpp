#pragma once
// How many subscribe to each topic, of all workers together: their topics are their own, so each tells what changes here.
// Behind a lock, which is taken when somebody subscribes, leaves or asks, and never on the way of a message.

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace pushwire::engine {

/// Any thread.
class subscriptions {
  public:
    void add(std::string_view topic);
    void remove(std::string_view topic);
    [[nodiscard]] std::size_t count(std::string_view topic) const;

  private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t, text_hash, std::equal_to<>> counts_;  // none is 0
};

}  // namespace pushwire::engine
