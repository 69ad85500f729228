#include "progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "figures.hpp"

namespace pushwire::bench {

progress::progress() : on_terminal_{isatty(STDERR_FILENO) == 1} {}

void progress::show(std::string_view line) {
    if (!on_terminal_) return;
    fmt::print(stderr, "\r\033[K  {}", line);
    std::fflush(stderr);
    shown_ = true;
}

void progress::clear() {
    if (!shown_) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    shown_ = false;
}

void progress::opening(std::size_t open, std::size_t of) {
    if (!on_terminal_ || now() - last_opening_ < second / 5) return;
    last_opening_ = now();
    show(fmt::format("opening: {} of {} connections", grouped(open), grouped(of)));
}

void progress::warming_up() {
    show("warming up");
}

void progress::begin(nanoseconds left) {
    show(fmt::format("{:>4.0f} s left", in_seconds(left)));
}

void progress::measuring(nanoseconds left, const interval& last, const histogram& so_far,
                         std::string_view noun) {
    if (!on_terminal_) return;
    show(fmt::format("{:>4.0f} s left   {:>11} {}/s   p50 {:>8}   p99 {:>8}", in_seconds(left),
                     grouped(static_cast<std::uint64_t>(last.per_second())), noun,
                     short_time(so_far.value_at(0.5)), short_time(so_far.value_at(0.99))));
}

void progress::waiting(nanoseconds left) {
    show(fmt::format("{:>4.0f} s left   the connections are open, and idle", in_seconds(left)));
}

}  // namespace pushwire::bench
