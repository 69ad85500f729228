#pragma once
// What `pushwire connect` is to do, as the command line says it.

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include <pushwire/client.hpp>

namespace pushwire::connect {

/// How what is read from standard input becomes messages.
enum class input : std::uint8_t {
    lines,   ///< each line is a text message
    hex,     ///< each line is a binary message, in hex digits
    binary,  ///< all of it is one binary message
};

struct settings {
    std::string url;
    client_options client;
    connect::input input = input::lines;
    std::size_t count = 0;                    ///< messages to receive, and then to close; 0: as many as come
    std::chrono::milliseconds wait{100};      ///< for answers, once standard input has ended
    std::chrono::milliseconds ping_every{0};  ///< 0: only when asked to
    bool json = false;
    bool trace = false;
};

/// Says false if help was asked for and printed. Throws usage_error.
[[nodiscard]] bool read_settings(std::span<char* const> arguments, settings& into);

}  // namespace pushwire::connect
