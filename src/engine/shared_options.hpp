#pragma once
// What the options of a server and of a client have in common.

#include <string>

#include <pushwire/server.hpp>

#include "net/loop.hpp"

namespace pushwire::engine {

/// Throws setup_error with `text` unless the options make sense.
void require(bool makes_sense, const std::string& text);
void check(const limits& limits);
void check(const compression& with);

[[nodiscard]] net::backend backend_of(io_backend asked_for);

}  // namespace pushwire::engine
