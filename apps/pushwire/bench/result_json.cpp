// The result as programs read it: one object, latencies in microseconds, times in seconds.

#include <cstdint>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "result.hpp"

namespace pushwire::bench {
namespace {

// RFC 8259 7.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char each : text) {
        const auto code = static_cast<unsigned char>(each);
        if (each == '"' || each == '\\') {
            result += '\\';
            result += each;
        } else if (code < 0x20) {
            result += fmt::format("\\u{:04x}", code);
        } else {
            result += each;
        }
    }
    return result + '"';
}

/// An object or an array under way: what comes first, and commas between the others.
class json {
  public:
    explicit json(std::string& to, char end) : to_{to}, end_{end} { to_ += end == '}' ? '{' : '['; }
    ~json() { to_ += end_; }
    json(const json&) = delete;
    json& operator=(const json&) = delete;

    std::string& next() {
        if (!first_) to_ += ',';
        first_ = false;
        return to_;
    }
    std::string& next(std::string_view name) {
        next() += quoted(name);
        return to_ += ':';
    }
    void add(std::string_view name, std::string_view text) { next(name) += quoted(text); }
    void add(std::string_view name, const char* text) { add(name, std::string_view{text}); }
    void add(std::string_view name, bool truth) { next(name) += truth ? "true" : "false"; }
    void add(std::string_view name, std::uint64_t number) { next(name) += std::to_string(number); }
    void add(std::string_view name, double number, int digits) {
        next(name) += fmt::format("{:.{}f}", number, digits);
    }
    void add_nothing(std::string_view name) { next(name) += "null"; }

  private:
    std::string& to_;
    char end_;
    bool first_ = true;
};

void add_microseconds(json& to, std::string_view name, nanoseconds time) {
    to.add(name, in_microseconds(time), 3);
}

void add_settings(json& to, const settings& with) {
    json object{to.next("settings"), '}'};
    object.add("mode", name_of(with.mode));
    object.add("url", with.to.url);
    object.add("connections", std::uint64_t{with.connections});
    object.add("size", std::uint64_t{with.size});
    object.add("type", type_name(with));
    object.add("depth", std::uint64_t{with.depth});
    if (with.rate) {
        object.add("rate", *with.rate);
    } else {
        object.add_nothing("rate");
    }
    object.add("duration", static_cast<double>(with.duration.count()) / 1e3, 3);
    object.add("warmup", static_cast<double>(with.warmup.count()) / 1e3, 3);
    object.add("compression", with.compression);
    object.add("insecure", with.insecure);
    if (with.pid) object.add("pid", static_cast<std::uint64_t>(*with.pid));
}

void add_latency(json& to, const histogram& latency) {
    json object{to.next("latency_us"), '}'};
    add_microseconds(object, "min", latency.min());
    for (const auto& [name, fraction] : percentiles)
        add_microseconds(object, name, latency.value_at(fraction));
    add_microseconds(object, "max", latency.max());
    object.add("count", latency.count());
}

void add_series(json& to, const std::vector<interval>& series) {
    json array{to.next("series"), ']'};
    for (const auto& each : series) {
        json object{array.next(), '}'};
        object.add("from", in_seconds(each.from), 3);
        object.add("seconds", in_seconds(each.length), 3);
        object.add("messages", each.messages);
        object.add("messages_per_second", each.per_second(), 0);
        add_microseconds(object, "p50_us", each.p50);
        add_microseconds(object, "p99_us", each.p99);
        add_microseconds(object, "max_us", each.max);
    }
}

void add_cpu(json& to, const result& of) {
    json object{to.next("cpu"), '}'};
    object.add("generator_share", of.own_cpu_share(), 4);
    if (of.server_cpu) object.add("server_share", in_seconds(*of.server_cpu) / in_seconds(of.measured), 4);
    if (const auto cost = of.server_cpu_per_message()) object.add("server_us_per_message", *cost, 4);
}

void add_memory(json& to, const result& of) {
    if (!of.memory) return;
    json object{to.next("memory"), '}'};
    object.add("before", of.memory->before);
    object.add("when_open", of.memory->when_open);
    object.add("at_end", of.memory->at_end);
    if (of.settings.mode == mode::idle)
        object.add("bytes_per_connection", of.memory_per_connection().value_or(0), 1);
}

void add_notes(json& to, const std::vector<std::string>& notes) {
    json array{to.next("notes"), ']'};
    for (const auto& each : notes) array.next() += quoted(each);
}

}  // namespace

std::string as_json(const result& of) {
    std::string text;
    {
        json object{text, '}'};
        object.add("pushwire", PUSHWIRE_VERSION);
        object.add("time", of.time);
        add_settings(object, of.settings);
        object.add("opening_seconds", in_seconds(of.opening), 6);
        object.add("seconds", in_seconds(of.measured), 3);
        object.add("messages", of.messages);
        object.add("messages_per_second", of.per_second(), 0);
        object.add("unanswered", of.unanswered);
        if (of.settings.has_messages()) object.add("bytes_received_per_message", of.bytes_per_message(), 1);
        if (of.settings.mode != mode::idle) add_latency(object, of.latency);
        if (of.settings.rate) add_microseconds(object, "lateness_p99_us", of.lateness.value_at(0.99));
        add_cpu(object, of);
        add_memory(object, of);
        object.add("limited_by_generator", of.limited_by_generator);
        add_notes(object, of.notes);
        if (of.settings.mode != mode::idle) add_series(object, of.series);
    }
    return text + '\n';
}

}  // namespace pushwire::bench
