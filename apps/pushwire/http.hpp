#pragma once
// What `pushwire serve` answers to plain HTTP: the page, /healthz and /metrics.

#include <pushwire/server.hpp>

namespace pushwire::cli {

void answer_request(server& server, const request& request, response& response);

/// What a 404 says: the routes there are.
[[nodiscard]] std::string_view list_of_routes();

}  // namespace pushwire::cli
