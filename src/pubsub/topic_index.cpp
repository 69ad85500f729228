#include "pubsub/topic_index.hpp"

#include <algorithm>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/assert.hpp"

namespace pushwire::pubsub {
namespace {

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return boost::hash<std::string_view>{}(text); }
};

}  // namespace

struct topic_index::topic {
    std::string name;
    std::vector<subscriber> subscribers;
};

struct topic_index::membership {
    topic* of;
    std::size_t place;  // in of->subscribers
};

struct topic_index::tables {
    boost::unordered_flat_map<std::string, std::unique_ptr<topic>, text_hash, std::equal_to<>> topics;
    boost::unordered_flat_map<subscriber, std::vector<membership>> memberships;
};

topic_index::topic_index() : tables_{std::make_unique<tables>()} {}
topic_index::~topic_index() = default;

topic_index::outcome topic_index::subscribe(subscriber who, std::string_view name, std::size_t max_topics) {
    if (const auto found = tables_->memberships.find(who); found != tables_->memberships.end()) {
        const auto& mine = found->second;
        if (std::ranges::any_of(mine, [&](const membership& m) { return m.of->name == name; })) {
            return outcome::already_subscribed;
        }
        if (mine.size() >= max_topics) return outcome::too_many;
    } else if (max_topics == 0) {
        return outcome::too_many;
    }

    auto at = tables_->topics.find(name);
    if (at == tables_->topics.end()) {
        at = tables_->topics.emplace(std::string{name}, std::make_unique<topic>(topic{std::string{name}, {}}))
                 .first;
    }
    topic& joined = *at->second;
    tables_->memberships[who].push_back({&joined, joined.subscribers.size()});
    joined.subscribers.push_back(who);
    return outcome::subscribed;
}

bool topic_index::unsubscribe(subscriber who, std::string_view name) {
    const auto found = tables_->memberships.find(who);
    if (found == tables_->memberships.end()) return false;
    auto& mine = found->second;
    const auto at = std::ranges::find_if(mine, [&](const membership& m) { return m.of->name == name; });
    if (at == mine.end()) return false;

    const membership left = *at;
    *at = mine.back();
    mine.pop_back();
    if (mine.empty()) tables_->memberships.erase(found);
    remove(left);
    return true;
}

void topic_index::unsubscribe_all(subscriber who) {
    const auto found = tables_->memberships.find(who);
    if (found == tables_->memberships.end()) return;
    const auto mine = std::move(found->second);
    tables_->memberships.erase(found);
    for (const membership& left : mine) remove(left);
}

std::span<const subscriber> topic_index::subscribers(std::string_view name) const {
    const auto found = tables_->topics.find(name);
    if (found == tables_->topics.end()) return {};
    return found->second->subscribers;
}

std::vector<std::string_view> topic_index::topics_of(subscriber who) const {
    std::vector<std::string_view> names;
    const auto found = tables_->memberships.find(who);
    if (found == tables_->memberships.end()) return names;
    names.reserve(found->second.size());
    for (const membership& each : found->second) names.push_back(each.of->name);
    return names;
}

std::size_t topic_index::topic_count() const {
    return tables_->topics.size();
}

// The last subscriber takes the place that became free, and learns of it.
void topic_index::remove(membership from) {
    auto& all = from.of->subscribers;
    PUSHWIRE_ASSERT(from.place < all.size());
    if (from.place + 1 != all.size()) {
        const subscriber moved = all.back();
        all[from.place] = moved;
        for (membership& m : tables_->memberships.find(moved)->second) {
            if (m.of == from.of) m.place = from.place;
        }
    }
    all.pop_back();
    if (all.empty()) tables_->topics.erase(tables_->topics.find(std::string_view{from.of->name}));
}

}  // namespace pushwire::pubsub
