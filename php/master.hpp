#pragma once
// The master process: it makes the listening sockets and the shared memory, forks the workers, and makes a new one for each that
// ends, until it is told to end itself.
//
//   SIGTERM, SIGINT  end: the workers say goodbye to their clients, within max_wait_time; a second one cuts that short
//   SIGUSR1          replace all workers, one after the other, and the task workers
//   SIGUSR2          replace the task workers

#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

#include "service.hpp"

namespace pushwire::php {

class master {
  public:
    explicit master(service& of);
    ~master();
    master(const master&) = delete;
    master& operator=(const master&) = delete;

    /// What this process is when `run` returns: the master, when all is over, or a child that was forked just now.
    struct fate {
        std::optional<unsigned>
            worker;          ///< the child's number; of a task worker if it is not below `worker_num`
        bool served = true;  ///< the master's: false if a worker could not begin
    };
    fate run();

  private:
    using clock = std::chrono::steady_clock;
    struct child {
        pid_t pid = 0;  ///< 0: there is none now
        clock::time_point since;
        std::optional<clock::time_point> start_again;
        std::optional<clock::time_point> kill_at;
    };

    [[nodiscard]] bool is_task_worker(unsigned id) const { return id >= service_.asked.worker_num; }
    /// In the child: true.
    bool start(unsigned id);
    bool start_due();
    void await_signal();
    void end_all(bool at_once);
    void begin_reload(bool only_task_workers);
    void go_on_with_reload();
    void ask_to_leave(unsigned id);
    void kill_overdue();
    void reap();
    void ended(unsigned id, int status);
    void tell(event which);
    [[nodiscard]] bool has_children() const;
    [[nodiscard]] std::chrono::milliseconds time_to_end() const;

    service& service_;
    std::vector<child> children_;
    std::vector<unsigned> to_reload_;  ///< the next one last
    std::optional<unsigned> reloading_;
    bool ending_ = false;
    bool could_not_start_ = false;
    sigset_t before_{};
    sigset_t ours_{};
};

}  // namespace pushwire::php
