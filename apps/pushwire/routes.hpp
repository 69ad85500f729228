#pragma once
// The WebSocket routes of `pushwire serve`: what each does with a connection and with a message.

#include <pushwire/server.hpp>

namespace pushwire::cli {

/// Before `start`. `client_publish`: what a client sends on /topic/NAME is published there.
void add_routes(server& to, bool client_publish);

}  // namespace pushwire::cli
