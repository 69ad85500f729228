#include "settings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "options.hpp"
#include "values.hpp"

namespace pushwire::bench {
namespace {

using cli::option;
using cli::usage_error;
using enum cli::option_kind;

constexpr std::size_t max_connections = 1'000'000;
constexpr std::size_t max_size = std::size_t{64} << 20;
constexpr std::size_t max_in_flight = std::size_t{1}
                                      << 26;  // over all connections: 8 bytes are kept for each

const cli::command_help& help() {
    static const cli::command_help text{
        .name = "pushwire bench",
        .description = "Loads a WebSocket server, and says what came of it.",
        .examples =
            {{"pushwire bench ws://localhost:9502/echo", "50 connections, a message in flight on each"},
             {"pushwire bench ws://localhost:9502/echo --rate 20000",
              "open loop: 20,000 messages a second, come what may"},
             {"pushwire bench ws://localhost:9502/echo --connections 512 --size 16K --depth 8 --type text",
              "eight messages in flight on each connection"},
             {"pushwire bench ws://localhost:9502/echo --pid $(pidof server)",
              "with what a message costs the server"},
             {"pushwire bench ws://localhost:9502/broadcast --mode fanout --connections 1000 --size 128",
              "one sends, a thousand receive"},
             {"pushwire bench ws://localhost:9502/ --mode handshake --connections 32",
              "how many clients can come in a second"},
             {"pushwire bench ws://localhost:9502/ --mode idle --connections 10000 --pid $(pidof server)",
              "what a client costs that only listens"},
             {"pushwire bench wss://localhost:9502/echo --insecure --compression --html report.html",
              "over TLS, compressed, told on a page with plots"},
             {"pushwire bench tcp://localhost:7777", "a raw echo: what is the limit"},
             {"pushwire bench ws://localhost:9502/echo --json | jq .latency_us", "for other programs"}},
        .notes = {"Every byte that comes back is compared. The exit status is 1 if the run failed, 2 for a "
                  "wrong option.\ndocs/bench.md says how to read what it prints."},
        .files =
            {{"Results",
              "The files of --json and --html are opened before the run, and what was in them is lost."}},
    };
    return text;
}

constexpr std::array modes{mode::echo, mode::fanout, mode::handshake, mode::idle};

mode parse_mode(std::string_view text) {
    const auto found = std::ranges::find(modes, text, name_of);
    if (found == modes.end())
        throw usage_error{
            fmt::format("there is no mode \"{}\": write echo, fanout, handshake or idle", text)};
    return *found;
}

void read_type(std::string_view text, settings& into) {
    if (text != "text" && text != "ascii" && text != "binary")
        throw usage_error{fmt::format("there is no type \"{}\": write text, ascii or binary", text)};
    into.type = text == "binary" ? message_type::binary : message_type::text;
    into.ascii_only = text == "ascii";
}

std::size_t parse_message_size(std::string_view text) {
    const auto size = cli::parse_size(text);
    if (size > max_size) throw usage_error{"a message has at most 64M"};
    return size;
}

std::chrono::milliseconds parse_measured(std::string_view text) {
    const auto time = cli::parse_duration(text);
    if (time.count() < 10) throw usage_error{"measure for at least 10ms"};
    return time;
}

pid_t parse_pid(std::string_view text) {
    const auto pid = static_cast<pid_t>(cli::parse_number(text, 1, 1 << 30, "number of a process"));
    if (kill(pid, 0) < 0 && errno == ESRCH)
        throw usage_error{fmt::format("there is no process {} on this machine", text)};
    return pid;
}

std::string parse_file(std::string_view text) {
    if (text.empty()) throw usage_error{"a file is needed"};
    return std::string{text};
}

std::vector<option> what_to_do(settings& into, std::string& url) {
    return {
        {"url", operand, "", "ws://HOST:PORT/PATH, wss://… or tcp://HOST:PORT",
         [&](auto text) { url = text; }},
        {"mode", value, "echo|fanout|handshake|idle",
         "Each message comes back to its sender; or goes to all; clients come and go; or stay (echo)",
         [&](auto text) { into.mode = parse_mode(text); }},
        {"connections", value, "N", "How many at once (50)",
         [&](auto text) {
             into.connections = cli::parse_number(text, 1, max_connections, "number of connections");
         }},
        {"size", value, "SIZE", "Bytes of a message (64)",
         [&](auto text) { into.size = parse_message_size(text); }},
        {"type", value, "text|ascii|binary",
         "Of the messages (binary); text is in many scripts, ascii in English only",
         [&](auto text) { read_type(text, into); }},
        {"depth", value, "N", "Messages in flight on each connection; in fanout, publications in flight (1)",
         [&](auto text) { into.depth = cli::parse_number(text, 1, 65'536, "number of messages"); }},
        {"rate", value, "N",
         "Messages a second over all connections, sent when they are due whatever has come back; latency "
         "counts from then",
         [&](auto text) {
             into.rate = cli::parse_number(text, 1, 100'000'000, "number of messages a second");
         }},
        {"duration", value, "TIME", "How long to measure (10s)",
         [&](auto text) { into.duration = parse_measured(text); }},
        {"warmup", value, "TIME", "How long to run before that (1s)",
         [&](auto text) { into.warmup = cli::parse_duration(text); }},
    };
}

std::vector<option> how_to_do_it(settings& into) {
    return {
        {"compression", flag, "", "Offer permessage-deflate, and send compressed messages",
         [&](auto text) { into.compression = cli::parse_switch(text); }},
        {"ca", value, "FILE", "Whom to trust, for wss:// (the system's certificates)",
         [&](auto text) { into.ca = parse_file(text); }},
        {"insecure", flag, "", "Trust any certificate",
         [&](auto text) { into.insecure = cli::parse_switch(text); }},
        {"pid", value, "PID", "The server, if it is on this machine: what it uses is told",
         [&](auto text) { into.pid = parse_pid(text); }},
        {"json", value, "[FILE|-]", "Write the results as JSON; alone or with -, to standard output",
         [&](auto text) { into.json = parse_file(text); }},
        {"html", value, "FILE", "Write a page with plots", [&](auto text) { into.html = parse_file(text); }},
    };
}

// "--json" alone means standard output: what follows it may be the URL or another option.
std::vector<std::string> with_json_spelt_out(std::span<char* const> arguments) {
    std::vector<std::string> result{arguments.begin(), arguments.end()};
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (result[i] != "--json") continue;
        const bool alone = i + 1 == result.size() || result[i + 1].starts_with("--") ||
                           result[i + 1].find("://") != std::string::npos;
        if (alone) result[i] = "--json=-";
    }
    return result;
}

// Options that mean nothing together, in words that say which to leave out.
void check(const settings& with) {
    const auto name = name_of(with.mode);
    const bool raw = !with.to.websocket;
    if (raw && with.mode == mode::handshake)
        throw usage_error{"--mode handshake: a raw connection has no handshake: write ws:// or wss://"};
    if (raw && with.compression) throw usage_error{"--compression: a raw connection has none: write ws://"};
    if (with.rate && !with.has_messages())
        throw usage_error{fmt::format("--rate: in mode {} nobody sends: leave it out", name)};
    if (with.rate && with.depth != 1)
        throw usage_error{"--depth and --rate: what is due is sent whatever is in flight: leave one out"};
    if (with.depth * (with.mode == mode::echo ? with.connections : 1) > max_in_flight)
        throw usage_error{"--depth: that is more than 67,108,864 messages in flight: choose less"};
    if (!with.to.tls && (with.insecure || !with.ca.empty()))
        throw usage_error{"--ca and --insecure are about certificates: write wss://"};
    if (with.insecure && !with.ca.empty())
        throw usage_error{"--ca and --insecure: whom to trust, or not to ask? Leave one out"};
    if (with.compression && !with.has_messages())
        throw usage_error{fmt::format("--compression: in mode {} nobody sends: leave it out", name)};
}

}  // namespace

std::string_view type_name(const settings& with) {
    if (with.type == message_type::binary) return "binary";
    return with.ascii_only ? "ascii" : "text";
}

std::string_view name_of(mode each) {
    switch (each) {
        case mode::echo:
            return "echo";
        case mode::fanout:
            return "fanout";
        case mode::handshake:
            return "handshake";
        case mode::idle:
            return "idle";
    }
    return "";
}

bool read_settings(std::span<char* const> arguments, settings& into) {
    std::string url;
    auto options = what_to_do(into, url);
    std::ranges::move(how_to_do_it(into), std::back_inserter(options));

    auto words = with_json_spelt_out(arguments);
    std::vector<char*> pointers;
    pointers.reserve(words.size());
    for (auto& each : words) pointers.push_back(each.data());
    if (cli::read_options(help(), options, pointers) == cli::reading::help_printed) return false;

    if (url.empty())
        throw usage_error{"which server? Write its URL, such as ws://localhost:9502/echo; --help says more"};
    into.to = parse_target(url);
    check(into);
    return true;
}

}  // namespace pushwire::bench
