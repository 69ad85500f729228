#include "events.hpp"

#include <algorithm>
#include <utility>

#include <pushwire/request.hpp>

namespace pushwire::php {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, event_count> names{
    "start",      "beforeShutdown", "shutdown",     "managerStart", "managerStop", "workerStart",
    "workerStop", "workerError",    "beforeReload", "afterReload",  "handshake",   "beforeHandshakeResponse",
    "open",       "message",        "close",        "disconnect",   "request",     "task",
    "finish",     "pipeMessage",
};

constexpr std::array<std::pair<std::string_view, const char*>, 6> not_here{{
    {"connect", "there is no plain TCP here; use 'open', or 'handshake'"},
    {"receive", "there is no plain TCP here; use 'message'"},
    {"packet", "there is no UDP here"},
    {"bufferFull", "`push` says false when a client's queue is full"},
    {"bufferEmpty", "`getClientInfo` has 'send_queued_bytes'"},
    {"workerExit", "use 'workerStop'"},
}};

}  // namespace

std::optional<event> event_named(std::string_view name) {
    const auto found =
        std::ranges::find_if(names, [&](std::string_view each) { return equal_ignoring_case(each, name); });
    if (found == names.end()) return std::nullopt;
    return static_cast<event>(found - names.begin());
}

const char* why_not(std::string_view name) {
    const auto found = std::ranges::find_if(
        not_here, [&](const auto& each) { return equal_ignoring_case(each.first, name); });
    return found == not_here.end() ? nullptr : found->second;
}

}  // namespace pushwire::php
