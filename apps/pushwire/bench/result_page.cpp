// The result as a page: one file, which needs nothing else, and is read on a phone as on a screen.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "figures.hpp"
#include "markup.hpp"
#include "plot.hpp"
#include "result.hpp"

namespace pushwire::bench {
namespace {

constexpr auto style = R"(<style>
:root { color-scheme: light dark; --paper: #fcfcfb; --card: #fff; --ink: #1c1c1a; --muted: #66655f; --line: #e4e3de;
  --first: #2a78d6; --second: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --paper: #161615; --card: #1f1f1d; --ink: #ecebe6; --muted: #a3a29b;
  --line: #34342f; --first: #6aa9f0; --second: #ee9360; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 64rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.3rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: .2rem 0; color: var(--muted); }
.note { color: var(--ink); border-left: 3px solid var(--second); padding-left: .7rem; margin: .8rem 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: 1.2rem 0; padding: 0; }
.figures div, section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem; }
dt { color: var(--muted); font-size: .85rem; }
dd { margin: 0; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: .85rem; color: var(--muted); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: .8rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--muted); }
svg .grid { stroke: var(--line); }
svg path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
svg circle { fill: currentColor; }
svg .name { fill: currentColor; font-weight: 600; }
.first { color: var(--first); }
.second { color: var(--second); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
td, th { text-align: right; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
th { color: var(--muted); }
.rows { overflow: auto; max-height: 15rem; }
</style>
)";

void add_figure(std::string& to, std::string_view name, const std::string& value,
                std::string_view unit = "") {
    to += fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", escaped(name), escaped(value),
                      unit.empty() ? "" : fmt::format(" <small>{}</small>", escaped(unit)));
}

std::string figures_of(const result& of) {
    std::string html;
    const auto noun = noun_of(of.settings.mode);
    if (of.settings.mode == mode::idle) {
        add_figure(html, "open", grouped(of.settings.connections), "connections");
        add_figure(html, "opened in", short_time(of.opening));
        if (of.memory) {
            add_figure(html, "server memory", fmt::format("{:.0f}", of.memory_per_connection().value_or(0)),
                       "bytes a connection");
            add_figure(html, "before", short_size(static_cast<double>(of.memory->before)));
            add_figure(html, "at the end", short_size(static_cast<double>(of.memory->at_end)));
        }
    } else {
        add_figure(html, noun, grouped(static_cast<std::uint64_t>(std::llround(of.per_second()))),
                   "a second");
        for (const auto& [name, fraction] : percentiles)
            add_figure(html, name, short_time(of.latency.value_at(fraction)));
        add_figure(html, "max", short_time(of.latency.max()));
    }
    if (const auto cost = of.server_cpu_per_message())
        add_figure(html, "server CPU", fmt::format("{:.3f} µs", *cost), "of each");
    if (of.server_cpu) {
        add_figure(html, "server used",
                   fmt::format("{:.0f} %", in_seconds(*of.server_cpu) / in_seconds(of.measured) * 100),
                   "of a processor");
    }
    add_figure(html, "generator used", fmt::format("{:.0f} %", of.own_cpu_share() * 100), "of a processor");
    return "<dl class=\"figures\">\n" + html + "</dl>\n";
}

std::string section(std::string_view title, const plot& of) {
    return fmt::format("<section><h2>{}</h2>\n{}</section>\n", title, as_svg(of));
}

// ---------------------------------------------------------------- latencies, on a logarithmic axis

std::string tick_time(double microseconds) {
    if (microseconds < 1000) return fmt::format("{:g} µs", microseconds);
    if (microseconds < 1'000'000) return fmt::format("{:g} ms", microseconds / 1e3);
    return fmt::format("{:g} s", microseconds / 1e6);
}

// The interesting part of a distribution is its end: the axis is stretched there, each decade of rarity as wide as the
// last. A place on it is -log10(1 - fraction): 90 % is at 1, 99 % at 2.
double place_of(double fraction) {
    return -std::log10(1 - fraction);
}

double log_of(nanoseconds time) {
    return std::log10(std::max(in_microseconds(time), 0.001));
}

std::vector<tick> time_ticks(nanoseconds least, nanoseconds most) {
    std::vector<tick> ticks;
    const auto from = std::max(in_microseconds(least), 0.1);
    for (const auto value : logarithmic_ticks(from, std::max(in_microseconds(most), from * 1.01)))
        ticks.push_back({std::log10(value), tick_time(value)});
    return ticks;
}

std::string latency_plot(const result& from) {
    const auto& latency = from.latency;
    static const std::vector<std::pair<double, std::string>> marks{
        {0, "0"},        {0.5, "50"},       {0.9, "90"},         {0.99, "99"},
        {0.999, "99.9"}, {0.9999, "99.99"}, {0.99999, "99.999"}, {0.999999, "99.9999"}};
    constexpr double step = 0.02;
    plot of;
    of.description = "Latency by percentile";
    of.y_name = "latency";
    of.x_name = fmt::format("per cent of {} take at most this", noun_of(from.settings.mode));
    of.x_to = std::clamp(std::log10(static_cast<double>(latency.count())), 1.0, place_of(0.9999999));
    for (const auto& [fraction, label] : marks) {
        if (place_of(fraction) <= of.x_to) of.x_ticks.push_back({place_of(fraction), label});
    }
    of.y_ticks = time_ticks(latency.min(), latency.max());
    line curve{.name = "", .style = "first", .points = {}};
    for (int i = 0; i * step < of.x_to; ++i)
        curve.points.push_back({i * step, log_of(latency.value_at(1 - std::pow(10, -i * step))), ""});
    curve.points.push_back(
        {of.x_to, log_of(latency.max()), fmt::format("max {}", short_time(latency.max()))});
    for (const auto& [name, fraction] : percentiles) {
        if (place_of(fraction) >= of.x_to) continue;
        const auto value = latency.value_at(fraction);
        curve.points.push_back(
            {place_of(fraction), log_of(value), fmt::format("{} {}", name, short_time(value))});
    }
    std::ranges::sort(curve.points, {}, &point::x);
    of.lines.push_back(std::move(curve));
    return section("Latency by percentile", of);
}

// ---------------------------------------------------------------- over time

double middle_of(const interval& each) {
    return in_seconds(each.from + each.length / 2);
}

plot over_time(const result& of, std::string description, std::string y_name) {
    plot made;
    made.description = std::move(description);
    made.y_name = std::move(y_name);
    made.x_name = "seconds";
    made.x_to = in_seconds(of.measured);
    for (const auto at : linear_ticks(made.x_to)) {
        if (at <= made.x_to) made.x_ticks.push_back({at, fmt::format("{:g}", at)});
    }
    return made;
}

std::string throughput_plot(const result& of) {
    const auto noun = std::string{noun_of(of.settings.mode)};
    auto made = over_time(of, "Throughput over time", noun + " a second");
    double most = 1;
    line curve{.name = "", .style = "first", .points = {}};
    for (const auto& each : of.series) {
        most = std::max(most, each.per_second());
        curve.points.push_back({middle_of(each), each.per_second(),
                                fmt::format("second {:.0f}: {} {}/s", in_seconds(each.from),
                                            grouped(static_cast<std::uint64_t>(each.per_second())), noun)});
    }
    for (const auto value : linear_ticks(most))
        made.y_ticks.push_back({value, grouped(static_cast<std::uint64_t>(value))});
    made.lines.push_back(std::move(curve));
    return section("Throughput over time", made);
}

std::string latency_over_time(const result& of) {
    auto made = over_time(of, "Latency over time", "latency");
    nanoseconds least = histogram::most;
    nanoseconds most = 0;
    line median{.name = "p50", .style = "second", .points = {}};
    line tail{.name = "p99", .style = "first", .points = {}};
    for (const auto& each : of.series) {
        if (each.p99 == 0) continue;  // nothing came
        least = std::min(least, each.p50);
        most = std::max(most, each.p99);
        const auto at = middle_of(each);
        const auto title = [&](std::string_view name, nanoseconds time) {
            return fmt::format("second {:.0f}: {} {}", in_seconds(each.from), name, short_time(time));
        };
        median.points.push_back({at, log_of(each.p50), title("p50", each.p50)});
        tail.points.push_back({at, log_of(each.p99), title("p99", each.p99)});
    }
    if (most == 0) return {};
    made.y_ticks = time_ticks(least, most);
    made.lines.push_back(std::move(tail));
    made.lines.push_back(std::move(median));
    return section("Latency over time", made);
}

std::string table_of(const result& of) {
    std::string rows;
    for (const auto& each : of.series) {
        rows += fmt::format("<tr><td>{:.1f}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                            in_seconds(each.from), grouped(static_cast<std::uint64_t>(each.per_second())),
                            short_time(each.p50), short_time(each.p99), short_time(each.max));
    }
    return fmt::format(
        "<section><h2>Second by second</h2>\n<div "
        "class=\"rows\"><table>\n<tr><th>from</th><th>{}/s</th><th>p50</th>"
        "<th>p99</th><th>max</th></tr>\n{}</table></div></section>\n",
        noun_of(of.settings.mode), rows);
}

}  // namespace

std::string as_page(const result& of) {
    const auto& with = of.settings;
    auto html = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>pushwire bench: {}</title>\n{}</head>\n<body>\n<h1>{}</h1>\n<p>{}</p>\n"
        "<p>{}, measured for {}, by pushwire bench {}</p>\n",
        name_of(with.mode), style, escaped(with.to.url), escaped(describe(with)), of.time,
        short_time(of.measured), PUSHWIRE_VERSION);
    for (const auto& each : of.notes) html += fmt::format("<p class=\"note\">{}</p>\n", escaped(each));
    html += figures_of(of);
    if (with.mode != mode::idle) {
        html += "<div class=\"plots\">\n" + latency_plot(of) + throughput_plot(of) + latency_over_time(of) +
                table_of(of) + "</div>\n";
    }
    return html + "</body>\n</html>\n";
}

}  // namespace pushwire::bench
