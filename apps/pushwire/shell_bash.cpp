// Completion for bash. It stands on bash alone, not on the package bash-completion, which may be absent.

#include <map>
#include <vector>

#include <fmt/format.h>

#include "placeholder.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

// `word` is the one to be completed, and `before` the one before it; _pushwire, at the end, sets both.
constexpr std::string_view bash_beginning =
    R"(# bash completion for pushwire, made by `pushwire completion bash`

__pushwire_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

# Those with this ending, and folders, which may lead to them.
__pushwire_files() {
    compopt -o filenames -o plusdirs
    mapfile -t COMPREPLY < <(compgen -f -X "!*$1" -- "$word")
}
)";

// The command that completes such a value; empty if nobody can guess it. Where any file or folder will do, bash itself knows
// best how to name it.
std::string completing(const placeholder& value) {
    switch (value.path) {
        case path_kind::file:
            return value.ending.empty() ? "compopt -o default"
                                        : fmt::format("__pushwire_files {}", value.ending);
        case path_kind::folder:
            return "compopt -o dirnames";
        case path_kind::none:
            break;
    }
    return value.choices.empty() ? "" : fmt::format("__pushwire_words '{}'", fmt::join(value.choices, " "));
}

// A word that cannot be one of the options is completed by `other`, if that is anything.
std::string options_or(std::string_view other) {
    if (other.empty()) return "__pushwire_words \"$options\"";
    return fmt::format("if [[ $word == -* ]]; then __pushwire_words \"$options\"; else {}; fi", other);
}

std::string bash_part(const command_help& help, std::span<const option> options) {
    std::string names = "-h --help";
    std::string operands;
    std::map<std::string, std::vector<std::string>> after;  // what completes the value: of which options
    for (const auto& each : options) {
        const auto value = parse_placeholder(each.placeholder);
        if (each.kind == option_kind::operand) {
            if (operands.empty()) operands = completing(value);
            continue;
        }
        names += " --" + each.name;
        if (each.kind == option_kind::flag) continue;
        after[value.optional ? options_or(completing(value)) : completing(value)].push_back("--" + each.name);
    }

    std::string part = fmt::format("\n_pushwire_{}() {{\n    local options='{}'\n    case $before in\n",
                                   last_word(help.name), names);
    for (const auto& [completed, of] : after)
        part += fmt::format("        {}) {};;\n", fmt::join(of, " | "),
                            completed + (completed.empty() ? "" : " "));
    part += fmt::format("        *) {} ;;\n    esac\n}}\n", options_or(operands));
    return part;
}

std::string bash_end(std::span<const command> commands) {
    std::string names;
    for (const auto& each : commands) names += fmt::format("{} ", each.name);
    // "--io=epoll" comes as three words.
    return fmt::format(R"(
_pushwire() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    if [[ $word == = ]]; then
        word=''
    elif [[ $before == = ]]; then
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        __pushwire_words '{}-h --help --version'
    elif declare -F "_pushwire_${{COMP_WORDS[1]}}" >/dev/null; then
        "_pushwire_${{COMP_WORDS[1]}}"
    fi
}}

complete -F _pushwire pushwire
)",
                       names);
}

}  // namespace

const shell bash{"bash", bash_beginning, bash_part, bash_end};

}  // namespace pushwire::cli
