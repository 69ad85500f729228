// How much processor time a process has used, as the kernel counts it; read from /proc, so the process is not
// disturbed. Its descendants count too: what a wrapper starts is the server, and a server may be several
// processes.

#pragma once

#include <chrono>
#include <expected>
#include <string>

#include <sys/types.h>

namespace bench {

class process_cpu_time {
  public:
    explicit process_cpu_time(pid_t pid) : pid_(pid) {}

    /// Time used so far by all threads that still live. Only differences between two readings mean anything.
    std::expected<std::chrono::nanoseconds, std::string> read();

    /// False where the kernel keeps no schedstat and only clock ticks (usually 10 ms) are to be had.
    bool precise() const { return source_ != source::stat; }

  private:
    // Chosen at the first reading and kept, so that the difference of two readings is of one kind.
    enum class source { undecided, schedstat, stat };

    pid_t pid_;
    source source_ = source::undecided;
};

}  // namespace bench
