#pragma once
// A server on a free port of the loopback, running on a thread of its own, and a journal that its handlers write and a
// test waits on.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pushwire/server.hpp>

#include "support/tested_loop.hpp"

namespace pushwire::testing {

/// The same options, on the loop that is tested.
inline options on_tested_loop(options with = {}) {
    with.io = support::tested_loop<io_backend>();
    return with;
}

/// Lines that any thread adds, and any thread waits for.
class journal {
  public:
    void add(std::string line) {
        const std::lock_guard lock{mutex_};
        lines_.push_back(std::move(line));
        changed_.notify_all();
    }

    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard lock{mutex_};
        return lines_;
    }

    [[nodiscard]] std::size_t count(const std::string& line) const {
        const std::lock_guard lock{mutex_};
        return static_cast<std::size_t>(std::ranges::count(lines_, line));
    }

    /// Returns once `line` is there `times` times; throws, with what is there, after ten seconds.
    void await(const std::string& line, std::size_t times = 1) {
        std::unique_lock lock{mutex_};
        const bool came = changed_.wait_for(lock, std::chrono::seconds{10}, [&] {
            return static_cast<std::size_t>(std::ranges::count(lines_, line)) >= times;
        });
        if (came) return;
        std::string all;
        for (const auto& each : lines_) all += "\n  " + each;
        throw std::runtime_error{"\"" + line + "\" did not come; the journal has:" + all};
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

class running_server {
  public:
    /// `set_up` adds handlers before the server starts.
    explicit running_server(const std::function<void(server&)>& set_up, options with = {})
        : server_{std::make_unique<server>("127.0.0.1", std::uint16_t{0}, quiet(std::move(with)))} {
        set_up(*server_);
        server_->listen();
        port_ = server_->port();
        thread_ = std::thread{[this] { server_->start(); }};
    }
    ~running_server() { stop(); }

    [[nodiscard]] server& operator*() { return *server_; }
    [[nodiscard]] server* operator->() { return server_.get(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Returns when `start` has returned.
    void stop() {
        if (!thread_.joinable()) return;
        server_->stop();
        await_end();
    }
    /// The same, where it was stopped otherwise.
    void await_end() { thread_.join(); }

  private:
    static options quiet(options with) {
        with.handle_signals = false;
        return on_tested_loop(std::move(with));
    }

    std::unique_ptr<server> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace pushwire::testing
