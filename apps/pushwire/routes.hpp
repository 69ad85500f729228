#pragma once
// The WebSocket routes of `pushwire serve`: what each does with a connection and with a message.

#include <cstddef>

#include <pushwire/server.hpp>

namespace pushwire::cli {

/// Before `start`. `client_publish`: what a client sends on /topic/NAME is published there. `max_held`: bytes of the
/// answers that may wait, beside the backlogs, until their clients have read those before.
void add_routes(server& to, bool client_publish, std::size_t max_held);

}  // namespace pushwire::cli
