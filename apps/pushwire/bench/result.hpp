#pragma once
// What came of a run, and how it is told.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clock.hpp"
#include "histogram.hpp"
#include "meter.hpp"
#include "settings.hpp"

namespace pushwire::bench {

/// What the server's memory was, in bytes.
struct memory_use {
    std::uint64_t before = 0;
    std::uint64_t when_open = 0;
    std::uint64_t at_end = 0;
};

struct result {
    bench::settings settings;
    std::string time;                  ///< when it began, in UTC: "2026-11-24T18:00:00Z"
    nanoseconds opening = 0;           ///< how long it took until all connections were open
    nanoseconds measured = 0;          ///< for how long was measured
    std::uint64_t messages = 0;        ///< that were complete in that time: replies, deliveries or handshakes
    std::uint64_t bytes_received = 0;  ///< in the measured time, headers included
    std::uint64_t unanswered = 0;
    histogram latency;
    std::vector<interval> series;
    histogram lateness;  ///< an open loop: how late messages were sent
    nanoseconds own_cpu = 0;
    std::optional<nanoseconds> server_cpu;
    std::optional<memory_use> memory;
    bool limited_by_generator = false;
    std::vector<std::string> notes;  ///< sentences about what the figures do not say

    [[nodiscard]] double per_second() const { return static_cast<double>(messages) / in_seconds(measured); }
    [[nodiscard]] double own_cpu_share() const { return in_seconds(own_cpu) / in_seconds(measured); }
    /// Microseconds of the server's processor time for each message.
    [[nodiscard]] std::optional<double> server_cpu_per_message() const {
        if (!server_cpu || messages == 0) return std::nullopt;
        return in_microseconds(*server_cpu) / static_cast<double>(messages);
    }
    [[nodiscard]] double bytes_per_message() const {
        return messages ? static_cast<double>(bytes_received) / static_cast<double>(messages) : 0;
    }
    /// Bytes of the server's memory for each connection.
    [[nodiscard]] std::optional<double> memory_per_connection() const {
        if (!memory) return std::nullopt;
        return (static_cast<double>(memory->at_end) - static_cast<double>(memory->before)) /
               static_cast<double>(settings.connections);
    }
};

/// What the messages of a mode are: "messages", "deliveries", "handshakes".
[[nodiscard]] std::string_view noun_of(mode);
/// In one line: the mode, how many connections, which messages, how they are paced.
[[nodiscard]] std::string describe(const settings& with);

struct percentile {
    std::string_view name;  ///< "p99.9"
    double fraction;
};
inline constexpr percentile percentiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}};

[[nodiscard]] std::string as_table(const result& of);
[[nodiscard]] std::string as_json(const result& of);
[[nodiscard]] std::string as_page(const result& of);

}  // namespace pushwire::bench
