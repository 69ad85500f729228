#pragma once
// The timers of a process: in a worker they run on the engine's loop, in a task worker between two tasks.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>

#include "call.hpp"

namespace pushwire::php {

struct service;

class timers {
  public:
    using clock = std::chrono::steady_clock;
    struct entry {
        callable call;
        zval arguments;  ///< an array: what the handler gets after the timer's number
        std::chrono::milliseconds interval{};
        bool once = false;
        clock::time_point due;
        std::uint64_t of_engine = 0;  ///< in a worker
        std::uint64_t rounds = 0;
    };

    /// `call` is taken over. Returns the number of the timer.
    zend_long start(service& of, callable call, std::chrono::milliseconds interval, bool once,
                    const zval* arguments, unsigned count);
    bool clear(service& of, zend_long id);
    void clear_all(service& of);
    [[nodiscard]] const std::map<zend_long, entry>& all() const { return all_; }

    // --- a task worker

    /// When the first is due.
    [[nodiscard]] std::optional<clock::time_point> next_due() const;
    /// Runs those that are due.
    void run_due(service& of);

  private:
    outcome fire(service& of, zend_long id);
    void arm(service& of, zend_long id, entry& which);

    std::map<zend_long, entry> all_;
    zend_long last_id_ = 0;
};

/// The methods that start one, of the server and of Pushwire\Timer: false with a warning, or an exception, if it cannot be.
void start_timer(INTERNAL_FUNCTION_PARAMETERS, bool once);

}  // namespace pushwire::php
