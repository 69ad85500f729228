// `pushwire completion`: the script by which a shell completes commands and options. Each subcommand prints its own part,
// since only it has its table.

#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "options.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

const shell& parse_shell(std::string_view name) {
    if (const auto* const found = find_shell(name)) return *found;
    throw usage_error{fmt::format("there is no completion for \"{}\": write bash, zsh or fish", name)};
}

}  // namespace

int completion(std::span<char* const> arguments) {
    const shell* chosen = nullptr;
    const std::vector<option> options{{"shell", option_kind::operand, "bash|zsh|fish", "bash, zsh or fish",
                                       [&](auto text) { chosen = &parse_shell(text); }}};
    const command_help help{
        .name = "pushwire completion",
        .description = "Prints the script by which a shell completes commands, options and their values.",
        .examples = {{"source <(pushwire completion bash)", "in ~/.bashrc"},
                     {"source <(pushwire completion zsh)", "in ~/.zshrc, after compinit"},
                     {"pushwire completion fish | source", "in ~/.config/fish/config.fish"}},
        .notes =
            {"Where Pushwire is installed by a package, or below /usr/local, the shells find these scripts "
             "by\nthemselves, bash by its package bash-completion."},
    };
    if (read_options(help, options, arguments) == reading::help_printed) return 0;
    if (!chosen) throw usage_error{"which shell? Write bash, zsh or fish"};

    auto part = fmt::format("--help={}", chosen->name);
    std::array<char*, 1> asking{part.data()};
    fmt::print("{}", chosen->beginning);
    for (const auto& each : commands()) each.run(asking);
    fmt::print("{}", chosen->end(commands()));
    return 0;
}

}  // namespace pushwire::cli
