#pragma once
// An opening handshake that the application was asked about, with a copy of the request, so that the answer may come
// later and from any thread.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <pushwire/handshake.hpp>

#include "engine/connection.hpp"

namespace pushwire::engine {

class worker;

/// The way to a worker that may be gone by the time somebody takes it.
struct worker_gate {
    std::mutex mutex;
    worker* open = nullptr;  // null once the worker has ended
};

struct pending_handshake {
    pending_handshake(const pushwire::request& original, std::shared_ptr<worker_gate> way_back,
                      std::uint64_t number);

    pushwire::request request;  // its views lie in `text` and `fields`
    std::shared_ptr<worker_gate> gate;
    std::uint64_t ticket;
    handshake_decision decision;

    /// Sends a decision to the worker.
    void send(handshake_decision made);

  private:
    std::optional<tls_facts> tls_;
    std::string text_;
    std::vector<header_field> fields_;
};

}  // namespace pushwire::engine
