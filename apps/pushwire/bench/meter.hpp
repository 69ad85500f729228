#pragma once
// What is measured while a run goes on: how many messages, how long each took, second by second.

#include <cstdint>
#include <vector>

#include "clock.hpp"
#include "histogram.hpp"

namespace pushwire::bench {

/// A second of a run, or what is left of one at its end.
struct interval {
    nanoseconds from = 0;  ///< since the measurement began
    nanoseconds length = 0;
    std::uint64_t messages = 0;
    nanoseconds p50 = 0;
    nanoseconds p99 = 0;
    nanoseconds max = 0;

    [[nodiscard]] double per_second() const { return static_cast<double>(messages) / in_seconds(length); }
};

class meter {
  public:
    /// A message is complete, `latency` after it was sent.
    void record(nanoseconds latency) {
        current_.record(latency);
        ++completed_;
    }
    /// A message is complete that was due at `due`. What was due before the measurement began tells nothing of it.
    void record_due(nanoseconds due, nanoseconds at) {
        if (due >= began_) current_.record(at - due);
        ++completed_;
    }
    /// A message that nobody waits for has come as well.
    void count(std::uint64_t messages) { completed_ += messages; }
    /// A message that was due has been sent, so much later.
    void record_lateness(nanoseconds late) { lateness_.record(late); }

    /// The measurement begins: what was recorded before is forgotten.
    void begin(nanoseconds at);
    /// Ends an interval, and tells it.
    const interval& tick(nanoseconds at);
    /// What is recorded after the last interval counts too.
    void finish() { total_.add(current_); }

    [[nodiscard]] std::uint64_t completed() const { return completed_; }
    [[nodiscard]] const histogram& total() const { return total_; }
    [[nodiscard]] const histogram& lateness() const { return lateness_; }
    [[nodiscard]] const std::vector<interval>& intervals() const { return intervals_; }

  private:
    std::uint64_t completed_ = 0;
    histogram current_;
    histogram total_;
    histogram lateness_;
    std::vector<interval> intervals_;
    nanoseconds began_ = 0;
    nanoseconds interval_began_ = 0;
    std::uint64_t completed_before_ = 0;  // the interval
};

}  // namespace pushwire::bench
