// Completion for fish: a line for each thing to be completed.

#include <fmt/format.h>

#include "placeholder.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

// Files are completed only where an option asks for them.
constexpr std::string_view fish_beginning =
    "# fish completion for pushwire, made by `pushwire completion fish`\n\ncomplete -c pushwire -f\n";

std::string quoted(std::string_view text) {
    return fmt::format("'{}'", with_backslashes(text, "'\\"));
}

std::string line(std::string_view when, std::string_view what, std::string_view description) {
    return fmt::format("complete -c pushwire -n {} {}{}{}\n", quoted(when), what,
                       description.empty() ? "" : " -d ", description.empty() ? "" : quoted(description));
}

// What completes such a value; empty if nobody can guess it.
std::string completing(const placeholder& value) {
    if (value.path == path_kind::folder) return " -a '(__fish_complete_directories)'";
    if (value.path == path_kind::file) {
        if (value.ending.empty()) return " -F";
        return fmt::format(" -k -a '(__fish_complete_suffix {})'", value.ending);  // those first, then others
    }
    return value.choices.empty() ? "" : fmt::format(" -a '{}'", fmt::join(value.choices, " "));
}

std::string fish_part(const command_help& help, std::span<const option> options) {
    const auto when = fmt::format("__fish_seen_subcommand_from {}", last_word(help.name));
    auto part = "\n" + line(when, "-s h -l help", "Print this help");
    for (const auto& each : options) {
        const auto value = parse_placeholder(each.placeholder);
        const auto completed = completing(value);
        if (each.kind == option_kind::operand) {
            if (!completed.empty()) part += line(when, completed.substr(1), "");
            continue;
        }
        const bool alone = each.kind == option_kind::flag;
        const auto* const wants = value.path == path_kind::file && value.ending.empty() ? " -r" : " -x";
        part += line(when, fmt::format("-l {}{}{}", each.name, alone ? "" : wants, completed), each.help);
    }
    return part;
}

std::string fish_end(std::span<const command> commands) {
    constexpr std::string_view when = "__fish_use_subcommand";
    auto end =
        "\n" + line(when, "-s h -l help", "Print this help") + line(when, "-l version", "Print the version");
    for (const auto& each : commands) end += line(when, fmt::format("-a {}", each.name), each.summary);
    return end;
}

}  // namespace

const shell fish{"fish", fish_beginning, fish_part, fish_end};

}  // namespace pushwire::cli
