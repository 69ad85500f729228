#pragma once
// Completion for shells, made of the tables of options. A script has a beginning, a part for each subcommand, which knows
// nothing of the others, and an end, which knows their names.

#include <span>
#include <string>
#include <string_view>

#include "command.hpp"
#include "options.hpp"

namespace pushwire::cli {

struct shell {
    std::string_view name;
    std::string_view beginning;
    std::string (*part)(const command_help& help, std::span<const option> options);
    std::string (*end)(std::span<const command> commands);
};

extern const shell bash;
extern const shell zsh;
extern const shell fish;

/// Null if there is none of this name.
[[nodiscard]] const shell* find_shell(std::string_view name);

/// "serve", of "pushwire serve".
[[nodiscard]] std::string_view last_word(std::string_view name);

/// `text` with a backslash before each of `these`.
[[nodiscard]] std::string with_backslashes(std::string_view text, std::string_view these);

}  // namespace pushwire::cli
