#include "engine/subscriptions.hpp"

#include "base/assert.hpp"

namespace pushwire::engine {

void subscriptions::add(std::string_view topic) {
    const std::lock_guard lock{mutex_};
    const auto found = counts_.find(topic);
    if (found != counts_.end()) {
        ++found->second;
    } else {
        counts_.emplace(topic, 1);
    }
}

void subscriptions::remove(std::string_view topic) {
    const std::lock_guard lock{mutex_};
    const auto found = counts_.find(topic);
    PUSHWIRE_ASSERT(found != counts_.end());
    if (--found->second == 0) counts_.erase(found);
}

std::size_t subscriptions::count(std::string_view topic) const {
    const std::lock_guard lock{mutex_};
    const auto found = counts_.find(topic);
    return found == counts_.end() ? 0 : found->second;
}

}  // namespace pushwire::engine
