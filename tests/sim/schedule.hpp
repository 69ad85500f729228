#pragma once
// The clock, and what happens when. Time moves only from one event to the next. Events of the same time come in an order
// that is drawn, since nothing in the world would order them either.

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "net/loop.hpp"
#include "sim/random.hpp"

namespace pushwire::sim {

using net::never;
using net::time_point;
using duration = net::clock::duration;

class schedule {
  public:
    explicit schedule(random chance) : chance_{chance} {}

    [[nodiscard]] time_point now() const { return now_; }
    [[nodiscard]] net::wall_time_point wall_time() const {
        return net::wall_time_point{} + std::chrono::hours{24 * 365 * 50} +
               std::chrono::duration_cast<net::wall_time_point::duration>(now_.time_since_epoch());
    }
    /// Since the beginning of the history.
    [[nodiscard]] duration elapsed() const { return now_ - beginning; }

    void at(time_point when, std::function<void()> what) {
        events_.push({std::max(when, now_), chance_.next(), std::move(what)});
    }
    void after(duration delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

    [[nodiscard]] time_point next_time() const { return events_.empty() ? never : events_.top().when; }
    /// Moves the clock to the next event, and lets it happen. False if there is none.
    bool step() {
        if (events_.empty()) return false;
        const auto next = events_.top();
        events_.pop();
        now_ = next.when;
        next.what();
        return true;
    }

  private:
    // Not the epoch, which nothing should take for "no time".
    static constexpr time_point beginning{std::chrono::hours{1}};

    struct event {
        time_point when;
        std::uint64_t place;
        std::function<void()> what;
        bool operator<(const event& other) const {
            return when != other.when ? when > other.when : place > other.place;
        }
    };

    random chance_;
    time_point now_ = beginning;
    std::priority_queue<event> events_;
};

}  // namespace pushwire::sim
