#pragma once
// SIGHUP reads the certificates anew. A thread waits for it, since files take their time, and nobody who is served shall
// wait for them.

#include <atomic>
#include <thread>

#include <pushwire/server.hpp>

namespace pushwire::cli {

class reload_signal {
  public:
    /// From here on SIGHUP is for `of`. Before the server starts threads, which must not get it.
    explicit reload_signal(server& of);
    ~reload_signal();
    reload_signal(const reload_signal&) = delete;
    reload_signal& operator=(const reload_signal&) = delete;

  private:
    void wait(server& of) const;

    const bool outlives_terminal_;  // as nohup asks for
    std::atomic<bool> over_{false};
    std::thread waiting_;
};

}  // namespace pushwire::cli
