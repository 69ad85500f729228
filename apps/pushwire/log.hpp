#pragma once
// Logs as a person reads them: what happens goes to stdout, a line each and nothing before it; what goes wrong goes to
// stderr, with a prefix. Each line is flushed.

#include <string>
#include <string_view>

#include <spdlog/spdlog.h>

namespace pushwire::cli {

/// From here on spdlog::info and the others write as said above.
void start_log(spdlog::level::level_enum level);

/// What a client sent, fit for a line of a log or a terminal: control bytes are written as \x1b, and so is what is not
/// ASCII; a long text is cut.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace pushwire::cli
