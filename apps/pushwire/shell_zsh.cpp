// Completion for zsh, by its _arguments.

#include <fmt/format.h>

#include "placeholder.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

constexpr std::string_view zsh_beginning = "#compdef pushwire\n# Made by `pushwire completion zsh`\n";

// Within single quotes.
std::string quoted(std::string_view text) {
    std::string result;
    for (const char each : text) {
        if (each == '\'') result += R"('\')";
        result += each;
    }
    return "'" + result + "'";
}

// ":what it is:what completes it"; an option's, which may stand alone, with a colon more.
std::string value_of(std::string_view called, const placeholder& value) {
    std::string action = " ";  // says what is wanted, and completes nothing
    if (value.path == path_kind::folder) {
        action = "_files -/";
    } else if (value.path == path_kind::file) {
        action = value.ending.empty() ? "_files" : fmt::format("_files -g \"*{}(-.)\"", value.ending);
    } else if (!value.choices.empty()) {
        action = fmt::format("({})", fmt::join(value.choices, " "));
    }
    return fmt::format("{}:{}:{}", value.optional ? ":" : "", with_backslashes(called, ":\\"), action);
}

std::string zsh_part(const command_help& help, std::span<const option> options) {
    auto part =
        fmt::format("\n_pushwire_{}() {{\n    _arguments \\\n        '(- *)'{{-h,--help}}'[Print this help]'",
                    last_word(help.name));
    int operands = 0;
    for (const auto& each : options) {
        const auto value = parse_placeholder(each.placeholder);
        const auto text = with_backslashes(each.help, "]\\");
        std::string row;
        if (each.kind == option_kind::operand) {
            row = fmt::format("{}{}", ++operands, value_of(each.name, value));
        } else if (each.kind == option_kind::flag) {
            row = fmt::format("--{}[{}]", each.name, text);
        } else {
            const auto called = value.choices.empty() ? each.placeholder : each.name;
            row = fmt::format("{}--{}=[{}]{}", each.kind == option_kind::list ? "*" : "", each.name, text,
                              value_of(called, value));
        }
        part += " \\\n        " + quoted(row);
    }
    return part + "\n}\n";
}

std::string zsh_end(std::span<const command> commands) {
    std::string rows;
    for (const auto& each : commands)
        rows += "                " + quoted(fmt::format("{}:{}", each.name, each.summary)) + "\n";
    return fmt::format(R"(
_pushwire() {{
    local curcontext=$curcontext state line
    typeset -A opt_args
    _arguments -C \
        '(- *)'{{-h,--help}}'[Print this help]' \
        '(- *)--version[Print the version]' \
        '1:command:->command' \
        '*::option:->options' && return
    case $state in
        command)
            local -a commands=(
{}            )
            _describe command commands
            ;;
        options)
            curcontext=${{curcontext%:*}}-$words[1]:
            (( $+functions[_pushwire_$words[1]] )) && _pushwire_$words[1]
            ;;
    esac
}}

# This file is the body of a function that zsh loads by itself, or else is sourced.
if [[ $funcstack[1] == _pushwire ]]; then
    _pushwire "$@"
else
    compdef _pushwire pushwire
fi
)",
                       rows);
}

}  // namespace

const shell zsh{"zsh", zsh_beginning, zsh_part, zsh_end};

}  // namespace pushwire::cli
