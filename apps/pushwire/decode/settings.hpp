#pragma once
// What decode was asked for.

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include <pushwire/compression.hpp>
#include <pushwire/protocol/frame.hpp>

#include "byte_source.hpp"

namespace pushwire::decode {

inline constexpr std::size_t usually_shown = 128;  ///< bytes of a payload: a close frame's is always whole
inline constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

struct settings {
    std::string file;  ///< "-": standard input
    byte_format format = byte_format::as_it_looks;
    std::optional<protocol::role> from;  ///< none: as the bytes say
    std::optional<bool> opening;         ///< whether they begin with the opening handshake; none: as they say
    std::optional<pushwire::compression> compression;
    std::string key;
    std::size_t most_shown = usually_shown;
};

/// False if the help text was asked for, and printed. Throws cli::usage_error.
bool read_settings(std::span<char* const> arguments, settings& into);

}  // namespace pushwire::decode
