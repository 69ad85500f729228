#pragma once
// The armed timers of a loop, the earliest first: a heap of four children a node, which is shallower than a binary one
// and keeps the children of a node side by side. Each timer knows its place, so that re-arming is O(log n) without a search.
//
//   place_ = not_armed | index in heap_ | due_mark + index in due_
//
// Those that are due leave the heap together before the first is told, so a timer that is armed again by what it is
// told waits for the next time, however early it is armed for. Not more than `most_at_once` of them: ten thousand clients
// whose time is over together must not hold up those who are talking.

#include <vector>

#include "net/loop.hpp"

namespace pushwire::net {

class timer_queue {
  public:
    /// (Re-)arms; `never` disarms.
    void arm(timer& which, time_point when);
    /// When the first is due; `never` when none is armed.
    [[nodiscard]] time_point earliest() const { return heap_.empty() ? never : heap_.front().when; }
    static constexpr std::size_t most_at_once = 8;

    /// Tells those that are due, in the order of their times, `most_at_once` of them; the others are left for the next call,
    /// and `earliest` says so.
    void expire(time_point now);

  private:
    struct entry {
        time_point when;
        timer* which;
    };
    static constexpr std::uint32_t due_mark = std::uint32_t{1} << 31;

    void disarm(timer& which);
    void remove(std::uint32_t place);
    void put(std::uint32_t place, entry what);
    void move_up(std::uint32_t place, entry what);
    void move_down(std::uint32_t place, entry what);

    std::vector<entry> heap_;
    std::vector<timer*> due_;  // null: disarmed by one that was told earlier
};

}  // namespace pushwire::net
