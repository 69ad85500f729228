#pragma once
// One line on the terminal that says how it goes; nothing where stderr is none. It is gone before anything else is said.

#include <cstddef>
#include <string_view>

#include "clock.hpp"
#include "meter.hpp"

namespace pushwire::bench {

class progress {
  public:
    progress();
    ~progress() { clear(); }
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void opening(std::size_t open, std::size_t of);
    void warming_up();
    /// The measurement begins.
    void begin(nanoseconds left);
    /// `noun`: what is counted. `so_far`: all latencies since the measurement began.
    void measuring(nanoseconds left, const interval& last, const histogram& so_far, std::string_view noun);
    void waiting(nanoseconds left);
    void clear();

  private:
    void show(std::string_view line);

    bool on_terminal_;
    bool shown_ = false;
    nanoseconds last_opening_ = 0;
};

}  // namespace pushwire::bench
