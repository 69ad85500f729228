// The program `pushwire`: finds the subcommand, and turns whatever goes wrong into one line and an exit status.

#include <array>
#include <cstdio>
#include <exception>
#include <string>

#include <pushwire/error.hpp>

#include <fmt/format.h>

#include "command.hpp"
#include "man_page.hpp"
#include "options.hpp"

namespace {

using pushwire::cli::command;

constexpr std::array commands{
    command{"serve", "a WebSocket server that runs as it is", pushwire::cli::serve},
    command{"connect", "a WebSocket client for the terminal, and for scripts", pushwire::cli::connect},
    command{"bench", "a load generator: throughput and latency of any WebSocket server",
            pushwire::cli::bench},
    command{"decode", "bytes of a connection as frames, and what is wrong with them", pushwire::cli::decode},
    command{"completion", "completion for bash, zsh and fish", pushwire::cli::completion},
};

constexpr int done = 0;
constexpr int failed = 1;
constexpr int could_not_start = 2;

const pushwire::cli::command_help& program() {
    static const pushwire::cli::command_help help{
        .name = "pushwire",
        .description = "A WebSocket server engine.",
        .examples = {{"pushwire serve", "serve on port 9502 of every address"},
                     {"pushwire serve --help", "all options of serve, with examples"},
                     {"pushwire connect ws://localhost:9502/", "type a line, see what comes"},
                     {"pushwire bench ws://localhost:9502/echo", "what that server can do"},
                     {"pushwire decode capture.bin", "the frames in it, and what is wrong with them"},
                     {"pushwire --version", "the version"}},
        .notes = {"Pushwire is a library for C++. This program stands on it: a server that runs as it is, "
                  "and what helps to try and to measure one."},
    };
    return help;
}

void print_help() {
    fmt::print("Pushwire: a WebSocket server engine.\n\nUsage: pushwire COMMAND [OPTIONS]\n\nCommands:\n");
    for (const auto& each : commands) fmt::print("  {:<11} {}\n", each.name, each.summary);
    fmt::print(
        "\nOptions:\n"
        "  -h,--help  Print this help, or after a command, its own\n"
        "  --version  Print the version\n"
        "\n{}",
        pushwire::cli::examples_text(program().examples));
}

// Messages of the system and of parsers may be of several lines.
std::string in_one_line(std::string text) {
    for (char& each : text) {
        if (each == '\n' || each == '\r') each = ' ';
    }
    while (text.ends_with(' ')) text.pop_back();
    return text;
}

// The library's text says how to mend it, where it can; the system's words after that would only repeat it.
std::string explain(const pushwire::setup_error& wrong) {
    const std::string_view text{wrong.what()};
    const auto systems = ": " + wrong.code().message();
    const auto ours = text.substr(0, text.size() - (text.ends_with(systems) ? systems.size() : 0));
    return std::string{ours.find(": ") == std::string_view::npos ? text : ours};
}

int complain(std::string_view who, const std::string& what, int status) {
    fmt::print(stderr, "{}: {}\n", who, in_one_line(what));
    return status;
}

int run(const command& chosen, std::span<char* const> arguments) {
    const auto who = fmt::format("pushwire {}", chosen.name);
    try {
        return chosen.run(arguments);
    } catch (const pushwire::cli::usage_error& wrong) {
        return complain(who, wrong.what(), could_not_start);
    } catch (const pushwire::setup_error& wrong) {
        return complain(who, explain(wrong), could_not_start);
    } catch (const std::exception& wrong) {
        return complain(who, wrong.what(), failed);
    }
}

}  // namespace

std::span<const command> pushwire::cli::commands() {
    return ::commands;
}

int main(int count, char** arguments) {
    const std::span<char* const> all{arguments, static_cast<std::size_t>(count)};
    if (all.size() < 2)
        return complain(
            "pushwire",
            "which command? There are serve, connect, bench and decode; pushwire --help says more",
            could_not_start);

    const std::string_view name{all[1]};
    if (name == "--help" || name == "-h" || name == "help") {
        print_help();
        return done;
    }
    if (name == "--help=man") {
        fmt::print("{}", pushwire::cli::man_page(program(), commands));
        return done;
    }
    if (name == "--help=commands") {  // for the build, which has a man page of each installed
        for (const auto& each : commands) fmt::print("{}\n", each.name);
        return done;
    }
    if (name == "--version") {
        fmt::print("pushwire {}\n", PUSHWIRE_VERSION);
        return done;
    }
    for (const auto& each : commands) {
        if (each.name == name) return run(each, all.subspan(2));
    }
    return complain("pushwire", fmt::format("there is no command \"{}\": pushwire --help lists them", name),
                    could_not_start);
}
