#pragma once
// A process that a test forks: it shares what was mapped before, and runs a function, after which it ends without a word.
// To be forked while the test has no other thread.

#include <cerrno>
#include <system_error>
#include <utility>

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pushwire::support {

class child_process {
  public:
    /// Its exit status is 0, or 1 if `what` throws.
    template <class What>
    explicit child_process(What&& what) : process_{::fork()} {
        if (process_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
        if (process_ != 0) return;
        int status = 1;
        try {
            std::forward<What>(what)();
            status = 0;
        } catch (...) {
        }
        ::_exit(status);
    }
    child_process(child_process&& other) noexcept : process_{std::exchange(other.process_, 0)} {}
    child_process& operator=(child_process&& other) noexcept {
        std::swap(process_, other.process_);
        return *this;
    }
    ~child_process() { kill(); }

    /// As a crash does: it has no time for anything.
    void kill() {
        if (process_ == 0) return;
        ::kill(process_, SIGKILL);
        await_end();
    }
    /// Returns its exit status, or minus the signal that killed it.
    int await_end() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        process_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    /// After `await_stop`.
    void go_on() { ::kill(process_, SIGCONT); }
    /// Waits until a signal has stopped it.
    void await_stop() {
        int status = 0;
        while (::waitpid(process_, &status, WUNTRACED) < 0 && errno == EINTR) {
        }
    }

  private:
    pid_t process_;
};

}  // namespace pushwire::support
