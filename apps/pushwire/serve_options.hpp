#pragma once
// What `pushwire serve` can be told.

#include <span>

#include <pushwire/server.hpp>

#include <spdlog/common.h>

#include "options.hpp"

namespace pushwire::cli {

struct serve_options {
    pushwire::options server;  ///< with at least one address to listen on
    spdlog::level::level_enum log_level = spdlog::level::info;
    bool client_publish = false;  ///< what a client sends on /topic/NAME is published
};

/// From the command line and the file that it names. Throws usage_error.
reading read_serve_options(std::span<char* const> arguments, serve_options& into);

}  // namespace pushwire::cli
