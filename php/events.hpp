#pragma once
// The events that a script may handle, by the names that `on` takes (in any case).

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "call.hpp"

namespace pushwire::php {

enum class event : unsigned char {
    start,
    before_shutdown,
    shutdown,
    manager_start,
    manager_stop,
    worker_start,
    worker_stop,
    worker_error,
    before_reload,
    after_reload,
    handshake,
    before_handshake_response,
    open,
    message,
    close,
    disconnect,
    request,
    task,
    finish,
    pipe_message,
};
inline constexpr std::size_t event_count = static_cast<std::size_t>(event::pipe_message) + 1;

[[nodiscard]] std::optional<event> event_named(std::string_view name);
/// What to say of an event that Swoole has and this server has not; null for a name that neither has.
[[nodiscard]] const char* why_not(std::string_view name);

/// The handlers of a script.
class handlers {
  public:
    [[nodiscard]] callable& operator[](event which) { return all_[static_cast<std::size_t>(which)]; }
    void clear() {
        for (callable& each : all_) each.clear();
    }
    [[nodiscard]] auto begin() { return all_.begin(); }
    [[nodiscard]] auto end() { return all_.end(); }

  private:
    std::array<callable, event_count> all_{};
};

}  // namespace pushwire::php
