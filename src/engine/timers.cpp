#include "engine/timers.hpp"

#include <algorithm>

#include "engine/call.hpp"
#include "engine/server_state.hpp"

namespace pushwire::engine {

struct timers::entry final : net::timer {
    timers& owner;
    std::uint64_t id;
    net::time_point due;
    std::chrono::milliseconds interval;
    std::function<void(pushwire::server&)> call;

    entry(timers& o, std::uint64_t number, net::time_point first, std::chrono::milliseconds every,
          std::function<void(pushwire::server&)> what)
        : owner{o}, id{number}, due{first}, interval{every}, call{std::move(what)} {}

    void on_expired() override { owner.fire(*this); }
};

timers::timers(server_state& server, net::loop& loop) : server_{server}, loop_{loop} {}

timers::~timers() {
    cancel_all();
}

void timers::start(std::uint64_t id, net::time_point due, std::chrono::milliseconds interval,
                   std::function<void(pushwire::server&)> call) {
    auto& made = entries_[id];
    made = std::make_unique<entry>(*this, id, due, interval, std::move(call));
    loop_.arm(*made, due);
}

void timers::cancel(std::uint64_t id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    loop_.disarm(*found->second);
    entries_.erase(found);
}

void timers::cancel_all() {
    for (auto& [id, each] : entries_) loop_.disarm(*each);
    entries_.clear();
}

// The call may cancel its own timer, so it runs from a copy of what the entry holds.
void timers::fire(entry& due) {
    const auto id = due.id;
    const bool repeats = due.interval.count() > 0;
    auto call = std::move(due.call);
    if (!repeats) entries_.erase(id);

    guarded(server_, fd{}, "timer", [&] { call(server_.self); });

    if (!repeats) return;
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.get() != &due) return;  // cancelled by its own call
    due.call = std::move(call);
    due.due = std::max(due.due + due.interval, loop_.now());  // late turns do not pile up
    loop_.arm(due, due.due);
}

}  // namespace pushwire::engine
