#pragma once
// When messages are due in an open loop: evenly, whatever comes back and however late the last one was. So a stall
// delays each message that was due while it lasted, and every one of these delays is seen.

#include <cstdint>
#include <limits>
#include <optional>

#include "clock.hpp"

namespace pushwire::bench {

constexpr nanoseconds never = std::numeric_limits<nanoseconds>::max();

class schedule {
  public:
    /// Without a rate: a closed loop, in which nothing is due.
    explicit schedule(std::optional<std::uint64_t> rate)
        : every_{rate ? 1e9 / static_cast<double>(*rate) : 0} {}

    [[nodiscard]] bool is_open_loop() const { return every_ > 0; }
    void start(nanoseconds at) { start_ = at; }
    /// Nothing is due from then on.
    void end(nanoseconds at) { end_ = at; }

    /// When message `number`, from 0, is due.
    [[nodiscard]] nanoseconds due(std::uint64_t number) const {
        return start_ + static_cast<nanoseconds>(static_cast<double>(number) * every_);
    }
    /// As `due`, or never if that is after the end, or in a closed loop.
    [[nodiscard]] nanoseconds next(std::uint64_t number) const {
        if (!is_open_loop()) return never;
        const auto at = due(number);
        return at < end_ ? at : never;
    }

  private:
    double every_;  // nanoseconds; 0 in a closed loop
    nanoseconds start_ = 0;
    nanoseconds end_ = never;
};

}  // namespace pushwire::bench
