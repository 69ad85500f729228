#pragma once
// The counts of a server as Prometheus reads them.

#include <string>

#include <pushwire/server.hpp>

namespace pushwire::cli {

/// Text exposition format 0.0.4.
[[nodiscard]] std::string metrics_text(const statistics& counts);

}  // namespace pushwire::cli
