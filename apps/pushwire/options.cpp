#include "options.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <optional>
#include <set>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <toml++/toml.h>

#include "command.hpp"
#include "man_page.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

// How many letters have to be put in, left out or changed to make `a` of `b` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

// ": did you mean port?", or where the names are listed if none is near.
std::string hint(const command_help& help, std::span<const option> options, std::string_view wrong,
                 std::string_view dashes) {
    const auto far = [&](const option& each) { return distance(each.name, wrong); };
    const auto nearest = std::ranges::min_element(options, {}, far);
    const auto near_enough = std::min<std::size_t>(2, wrong.size() / 2);
    if (nearest == options.end() || far(*nearest) > near_enough)
        return fmt::format(": {} --help lists them", help.name);
    return fmt::format(": did you mean {}{}?", dashes, nearest->name);
}

void assign(const option& to, const std::string& value, const std::string& where) {
    try {
        to.set(value);
    } catch (const usage_error& wrong) {
        throw usage_error{fmt::format("{}{}: {}", where, to.name, wrong.what())};
    }
}

// Stands beside the options of each command that has any but operands.
const option& config() {
    static const option row{
        "config", option_kind::value, "FILE.toml", "Read options from this file; the command line wins", {}};
    return row;
}

bool reads_a_file(std::span<const option> options) {
    return std::ranges::any_of(options, [](const option& each) { return each.kind != option_kind::operand; });
}

// ---------------------------------------------------------------- the help text, and its other forms

std::string footer(const command_help& help) {
    auto text = examples_text(help.examples);
    for (const auto& each : help.notes) text += "\n" + each + "\n";
    if (!help.exit_statuses.empty()) text += "\nExit status:\n";
    for (const auto& [status, meaning] : help.exit_statuses)
        text += fmt::format("  {:<3} {}\n", status, meaning);
    text.pop_back();  // CLI11 ends the last line
    return text;
}

std::string in_form(std::string_view form, const command_help& help, std::span<const option> options) {
    std::vector<option> all{options.begin(), options.end()};
    if (reads_a_file(options)) all.push_back(config());
    if (form == "man") return man_page(help, all);
    if (const auto* const known = find_shell(form)) return known->part(help, all);
    throw usage_error{fmt::format("--help: there is no form \"{}\": write man, bash, zsh or fish", form)};
}

// ---------------------------------------------------------------- the command line

struct command_line {
    std::vector<std::vector<std::string>> given;  // to the options, in their order
    std::string config;
};

CLI::Option* add_to(CLI::App& app, const option& each) {
    if (each.kind == option_kind::operand)
        return app.add_option(each.name)->description(each.help)->type_name("");
    const auto name = "--" + each.name;
    if (each.kind == option_kind::flag) return app.add_flag(name)->description(each.help);
    auto* const added = app.add_option(name)->description(each.help)->type_name(each.placeholder);
    if (each.kind == option_kind::value) {
        return added->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    return added->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
}

[[noreturn]] void refuse_unknown(std::span<const option> options, const command_help& help,
                                 std::string_view wrong) {
    if (!wrong.starts_with('-')) {
        throw usage_error{
            fmt::format("\"{}\" is not expected here: {} --help lists the options", wrong, help.name)};
    }
    const auto written = wrong.substr(0, wrong.find('='));
    const auto name = written.substr(std::min(written.find_first_not_of('-'), written.size()));
    throw usage_error{fmt::format("there is no option {}{}", written, hint(help, options, name, "--"))};
}

// nullopt: the help text was asked for, and printed.
std::optional<command_line> read_command_line(const command_help& help, std::span<const option> options,
                                              std::span<char* const> arguments) {
    CLI::App app{help.description, help.name};
    app.set_help_flag("-h,--help", "Print this help");
    app.footer(footer(help));
    app.allow_extras();
    app.get_formatter()->column_width(28);

    command_line read;
    std::vector<CLI::Option*> added;
    for (const auto& each : options) added.push_back(add_to(app, each));
    if (reads_a_file(options)) {
        app.add_option("--" + config().name, read.config, config().help)->type_name(config().placeholder);
    }

    std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};  // as CLI11 wants them
    try {
        app.parse(reversed);
    } catch (const CLI::CallForHelp&) {
        fmt::print("{}", app.help());
        return std::nullopt;
    } catch (const CLI::ArgumentMismatch& wrong) {
        const std::string_view text{wrong.what()};
        throw usage_error{
            fmt::format("{} needs a value: {} --help says which", text.substr(0, text.find(':')), help.name)};
    } catch (const CLI::ParseError& wrong) {
        throw usage_error{fmt::format("{} ({} --help lists the options)", wrong.what(), help.name)};
    }
    if (const auto unknown = app.remaining(); !unknown.empty())
        refuse_unknown(options, help, unknown.front());
    for (const auto* each : added) read.given.push_back(each->results());
    return read;
}

// ---------------------------------------------------------------- the file

toml::table parse_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file || file.peek() == std::ifstream::traits_type::eof()) {
        if (file.eof()) return {};  // empty
        throw usage_error{fmt::format("--config: cannot read {}: {}", path, std::strerror(errno))};
    }
    try {
        return toml::parse(file, path);
    } catch (const toml::parse_error& wrong) {
        throw usage_error{fmt::format("{}:{}: {}", path, wrong.source().begin.line, wrong.description())};
    }
}

std::string as_text(const toml::node& node, const std::string& where, std::string_view name) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
    throw usage_error{fmt::format("{}{}: write a string, a whole number, true or false", where, name)};
}

void assign(const option& to, const toml::node& node, const std::string& where) {
    const auto* const several = node.as_array();
    if (!several || to.kind != option_kind::list) return assign(to, as_text(node, where, to.name), where);
    for (const auto& each : *several) assign(to, as_text(each, where, to.name), where);
}

void read_file(const std::string& path, const command_help& help, std::span<const option> options,
               const command_line& read) {
    std::set<std::string> seen;
    for (const auto& [key, node] : parse_file(path)) {
        const auto where = fmt::format("{}:{}: ", path, key.source().begin.line);
        std::string name{key.str()};
        std::ranges::replace(name, '_', '-');
        const auto found = std::ranges::find(options, name, &option::name);
        if (found == options.end()) {
            throw usage_error{fmt::format("{}there is no option \"{}\"{}", where, key.str(),
                                          hint(help, options, name, ""))};
        }
        if (!seen.insert(name).second) throw usage_error{fmt::format("{}{} is given twice", where, name)};
        const bool overruled = !read.given[static_cast<std::size_t>(found - options.begin())].empty();
        if (!overruled) assign(*found, node, where);
    }
}

}  // namespace

reading read_options(const command_help& help, std::span<const option> options,
                     std::span<char* const> arguments) {
    constexpr std::string_view other_help = "--help=";
    if (const std::string_view first{arguments.empty() ? "" : arguments[0]}; first.starts_with(other_help)) {
        fmt::print("{}", in_form(first.substr(other_help.size()), help, options));
        return reading::help_printed;
    }
    const auto read = read_command_line(help, options, arguments);
    if (!read) return reading::help_printed;
    if (!read->config.empty()) read_file(read->config, help, options, *read);
    for (std::size_t i = 0; i < options.size(); ++i) {
        const auto* const dashes = options[i].kind == option_kind::operand ? "" : "--";
        for (const auto& value : read->given[i]) assign(options[i], value, dashes);
    }
    return reading::complete;
}

std::string examples_text(std::span<const example> examples) {
    constexpr std::size_t column = 50;
    std::string text = "Examples:\n";
    for (const auto& [command, purpose] : examples) {
        text += "  " + command;
        if (!purpose.empty()) {
            text += command.size() < column ? std::string(column - command.size(), ' ')
                                            : "\n" + std::string(6, ' ');
            text += purpose;
        }
        text += '\n';
    }
    return text;
}

}  // namespace pushwire::cli
