#pragma once
// What a process of this machine uses, as the kernel counts it; read from /proc, so the process is not disturbed. Its
// descendants count too: what a wrapper starts is the server, and a server may be several processes.

#include <cstdint>

#include <sys/types.h>

#include "clock.hpp"

namespace pushwire::bench {

class server_process {
  public:
    explicit server_process(pid_t pid) : pid_{pid} {}

    /// Processor time used so far by all threads that still live. Only differences between two readings mean anything.
    /// Throws failure if there is no such process.
    [[nodiscard]] nanoseconds cpu_time();
    /// False where the kernel keeps no schedstat and only clock ticks (usually 10 ms) are to be had.
    [[nodiscard]] bool is_precise() const { return source_ != source::stat; }

    /// Resident memory in bytes. Throws failure if there is no such process.
    [[nodiscard]] std::uint64_t memory() const;

  private:
    // Chosen at the first reading and kept, so that the difference of two readings is of one kind.
    enum class source : unsigned char { undecided, schedstat, stat };

    pid_t pid_;
    source source_ = source::undecided;
};

}  // namespace pushwire::bench
