// The result as people read it in a terminal.

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "figures.hpp"
#include "result.hpp"

namespace pushwire::bench {
namespace {

void add_row(std::string& to, std::string_view name, std::string_view text) {
    to += fmt::format("  {:<12}{}\n", name, text);
}

std::string messages_of(const settings& with) {
    return fmt::format(", {} {}{}", short_size(static_cast<double>(with.size)), type_name(with),
                       with.compression ? ", compressed" : "");
}

std::string pace_of(const settings& with) {
    const bool fanout = with.mode == mode::fanout;
    if (with.rate)
        return fmt::format(", open loop: {} {} due a second", grouped(*with.rate),
                           fanout ? "publications" : "messages");
    return fanout ? fmt::format(", {} publication{} in flight", with.depth, with.depth == 1 ? "" : "s")
                  : fmt::format(", {} in flight on each", with.depth);
}

std::string_view one_of(mode each) {
    switch (each) {
        case mode::fanout:
            return "a delivery";
        case mode::handshake:
            return "a handshake";
        default:
            return "a message";
    }
}

void add_latency(std::string& to, const histogram& latency) {
    std::string names;
    std::string times;
    const auto add = [&](std::string_view name, nanoseconds time) {
        names += fmt::format("{:<10}", name);
        times += fmt::format("{:<10}", short_time(time));
    };
    for (const auto& [name, fraction] : percentiles) add(name, latency.value_at(fraction));
    names += "max";
    times += short_time(latency.max());
    add_row(to, "latency", names);
    add_row(to, "", times);
}

void add_server(std::string& to, const result& of) {
    if (!of.server_cpu) return;
    const auto share = in_seconds(*of.server_cpu) / in_seconds(of.measured) * 100;
    auto text = fmt::format("{:.0f} % of a processor", share);
    if (const auto cost = of.server_cpu_per_message()) {
        text = fmt::format("{:.3f} µs of processor time for {}; {:.0f} % of a processor", *cost,
                           one_of(of.settings.mode), share);
    }
    add_row(to, "server", text);
}

void add_memory(std::string& to, const result& of) {
    if (!of.memory) return;
    const auto& [before, when_open, at_end] = *of.memory;
    const auto bytes = [](std::uint64_t size) { return short_size(static_cast<double>(size)); };
    add_row(to, "memory",
            fmt::format("{} before, {} when all were open, {} at the end", bytes(before), bytes(when_open),
                        bytes(at_end)));
    if (of.settings.mode == mode::idle)
        add_row(to, "", fmt::format("{:.0f} bytes a connection", of.memory_per_connection().value_or(0)));
}

}  // namespace

std::string_view noun_of(mode each) {
    switch (each) {
        case mode::fanout:
            return "deliveries";
        case mode::handshake:
            return "handshakes";
        default:
            return "messages";
    }
}

std::string describe(const settings& with) {
    const auto what = fmt::format("{}, {} {}", name_of(with.mode), grouped(with.connections),
                                  with.mode == mode::fanout      ? "subscribers"
                                  : with.mode == mode::handshake ? "at once"
                                                                 : "connections");
    return with.has_messages() ? what + messages_of(with) + pace_of(with) : what;
}

std::string as_table(const result& of) {
    const auto& with = of.settings;
    auto text = fmt::format("{}\n{}\n\n", with.to.url, describe(with));
    if (with.mode != mode::handshake) {
        add_row(text, "opened",
                fmt::format("{} connections in {}",
                            grouped(with.connections + (with.mode == mode::fanout ? 1 : 0)),
                            short_time(of.opening)));
    }
    if (with.mode != mode::idle) {
        const auto noun = noun_of(with.mode);
        add_row(text, noun, fmt::format("{} in {:.2f} s", grouped(of.messages), in_seconds(of.measured)));
        auto rate =
            fmt::format("{} {}/s", grouped(static_cast<std::uint64_t>(std::llround(of.per_second()))), noun);
        if (with.has_messages())
            rate += fmt::format(", {}/s of payload",
                                short_size(of.per_second() * static_cast<double>(with.size)));
        add_row(text, "rate", rate);
        add_latency(text, of.latency);
    } else {
        add_row(text, "held", short_time(of.measured));
    }
    add_server(text, of);
    add_memory(text, of);
    if (with.mode != mode::idle)
        add_row(text, "generator", fmt::format("{:.0f} % of a processor", of.own_cpu_share() * 100));
    if (!of.notes.empty()) text += '\n';
    for (const auto& each : of.notes) text += each + '\n';
    return text;
}

}  // namespace pushwire::bench
