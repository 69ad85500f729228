#pragma once
// The user's timers of one worker.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "net/loop.hpp"

namespace pushwire {
class server;
}

namespace pushwire::engine {

struct server_state;

class timers {
  public:
    timers(server_state& server, net::loop& loop);
    ~timers();

    /// `interval` 0: once.
    void start(std::uint64_t id, net::time_point due, std::chrono::milliseconds interval,
               std::function<void(pushwire::server&)> call);
    void cancel(std::uint64_t id);
    void cancel_all();

  private:
    struct entry;
    void fire(entry& due);

    server_state& server_;
    net::loop& loop_;
    std::unordered_map<std::uint64_t, std::unique_ptr<entry>> entries_;
};

}  // namespace pushwire::engine
