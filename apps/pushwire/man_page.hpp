#pragma once
// Man pages, in mdoc(7), made of the tables of options and what --help says beside them.

#include <span>
#include <string>

#include "command.hpp"
#include "options.hpp"

namespace pushwire::cli {

/// Of "pushwire serve", say. Its date is today's, or that of SOURCE_DATE_EPOCH, so that a build can be repeated.
[[nodiscard]] std::string man_page(const command_help& help, std::span<const option> options);

/// Of the program, which names the pages of its commands.
[[nodiscard]] std::string man_page(const command_help& program, std::span<const command> commands);

}  // namespace pushwire::cli
