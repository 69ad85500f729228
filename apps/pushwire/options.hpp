#pragma once
// The options of a subcommand, each of which can be given on the command line (--name VALUE) and in a TOML file
// (name = VALUE, with - or _). Both are read as text by the same function, so they take the same values and complain in
// the same words. The command line wins.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::cli {

enum class option_kind : unsigned char {
    value,    ///< one value; the last one given counts
    flag,     ///< --name, or name = true
    list,     ///< may be given again and again; an array in the file
    operand,  ///< one value, on the command line without a name before it
};

struct option {
    std::string name;  ///< without the dashes before it; of an operand, what the help text calls it
    option_kind kind;
    std::string placeholder;  ///< what stands for the value in the help text: see placeholder.hpp
    std::string help;
    std::function<void(std::string_view)> set;  ///< called for each value; throws usage_error
};

struct example {
    std::string command;
    std::string purpose;  ///< begins in lower case, and ends without a full stop
};

/// A row of a list in the man page.
struct term {
    std::string name;
    std::string meaning;
};

/// What --help says beside the options, and the man page.
struct command_help {
    std::string name;         ///< "pushwire serve"
    std::string description;  ///< a sentence
    std::vector<example> examples;
    std::vector<std::string> notes{};   ///< paragraphs, with line breaks where the help text has them
    std::vector<term> exit_statuses{};  ///< none: those that any command has
    std::vector<term> signals{};        ///< this and what follows: in the man page only
    std::vector<term> files{};          ///< beside that of --config
};

enum class reading : unsigned char {
    complete,
    help_printed,  ///< that was all that was asked for
};

/// Reads the command line, and the file that its --config names (where there is anything but operands). Throws usage_error.
/// --help prints the help text, --help=man the man page, and --help=bash, zsh or fish this command's part of the completion.
reading read_options(const command_help& help, std::span<const option> options,
                     std::span<char* const> arguments);

/// As the help text has them.
std::string examples_text(std::span<const example> examples);

}  // namespace pushwire::cli
