// pushwire_sim: runs histories, one a seed. Says which failed, and how to see it again.

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include <unistd.h>

#include "sim/world.hpp"

namespace {

using namespace pushwire::sim;

constexpr const char* usage =
    "usage: pushwire_sim [--seeds COUNT] [--from SEED] [--list]\n"
    "                                                    runs COUNT histories (1000), the first from SEED "
    "(1), until one is\n"
    "                                                    broken; --list goes on, and lists those\n"
    "       pushwire_sim SEED                            runs one, and prints its transcript\n"
    "       pushwire_sim --same SEED                     runs one twice, and compares the transcripts\n";

std::uint64_t current_seed = 0;
bool printing = false;

void write(int to, std::string_view text) {
    [[maybe_unused]] const auto written = ::write(to, text.data(), text.size());
}

// A broken invariant, or a sanitizer's finding, ends the process: then at least it says where.
void tell_seed(int signal) {
    char text[160];
    const int size = std::snprintf(
        text, sizeof text, "seed %llu: the process was ended by signal %d; replay: ./dev sim %llu\n",
        static_cast<unsigned long long>(current_seed), signal, static_cast<unsigned long long>(current_seed));
    write(STDERR_FILENO, {text, static_cast<std::size_t>(size)});
    if (!printing) {  // once more, for its transcript
        char seed[32];
        std::snprintf(seed, sizeof seed, "%llu", static_cast<unsigned long long>(current_seed));
        char* const again[] = {const_cast<char*>("pushwire_sim"), seed, nullptr};
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        ::execv("/proc/self/exe", again);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

finding run(std::uint64_t seed, record::writer out = {}) {
    current_seed = seed;
    world history{seed, std::move(out)};
    return history.run();
}

int replay(std::uint64_t seed) {
    printing = true;
    const auto found = run(seed, [](std::string_view line) { write(STDOUT_FILENO, line); });
    if (found.oracle.empty()) {
        std::printf("seed %llu: fine, %zu steps\n", static_cast<unsigned long long>(seed), found.steps);
        return EXIT_SUCCESS;
    }
    std::printf("seed %llu: BROKEN: %s: %s\nreplay: ./dev sim %llu\n", static_cast<unsigned long long>(seed),
                found.oracle.c_str(), found.text.c_str(), static_cast<unsigned long long>(seed));
    return EXIT_FAILURE;
}

int compare(std::uint64_t seed) {
    std::string first;
    std::string second;
    run(seed, [&](std::string_view line) { first += line; });
    run(seed, [&](std::string_view line) { second += line; });
    if (first == second) return EXIT_SUCCESS;
    const auto at = static_cast<std::size_t>(
        std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first - first.begin());
    const auto line = first.rfind('\n', at) + 1;
    std::printf("seed %llu: two histories of one seed differ, first in the line\n%s\n",
                static_cast<unsigned long long>(seed),
                first.substr(line, first.find('\n', at) - line).c_str());
    return EXIT_FAILURE;
}

int run_many(std::uint64_t from, std::uint64_t count, bool list) {
    std::uint64_t steps = 0;
    std::uint64_t broken = 0;
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto seed = from + i;
        const auto found = run(seed);
        steps += found.steps;
        if (!found.oracle.empty() && list) {
            ++broken;
            std::printf("seed %llu: %s: %s\n", static_cast<unsigned long long>(seed), found.oracle.c_str(),
                        found.text.c_str());
        } else if (!found.oracle.empty()) {
            if (terminal) std::fputc('\n', stderr);
            return replay(seed);
        }
        const auto done = i + 1;
        if (terminal && done % 10 == 0) {
            std::fprintf(stderr, "\r%llu of %llu seeds", static_cast<unsigned long long>(done),
                         static_cast<unsigned long long>(count));
        }
    }
    if (terminal) std::fputc('\n', stderr);
    std::printf("%llu seeds from %llu: %llu broken, %llu steps\n", static_cast<unsigned long long>(count),
                static_cast<unsigned long long>(from), static_cast<unsigned long long>(broken),
                static_cast<unsigned long long>(steps));
    return broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

std::optional<std::uint64_t> parse(const char* text) {
    std::uint64_t number = 0;
    const auto* const end = text + std::strlen(text);
    const auto result = std::from_chars(text, end, number);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return number;
}

}  // namespace

int main(int count, char** arguments) {
    for (const int each : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL}) std::signal(each, tell_seed);
    std::uint64_t seeds = 1'000;
    std::uint64_t from = 1;
    bool list = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (name == "--list") {
            list = true;
            continue;
        }
        const bool takes_value = name.starts_with("--");
        const auto value = parse(takes_value && i + 1 < count ? arguments[i + 1] : arguments[i]);
        if (!value || (takes_value && i + 1 == count)) {
            std::fputs(usage, stderr);
            return 2;
        }
        if (!takes_value) return replay(*value);
        ++i;
        if (name == "--seeds") {
            seeds = *value;
        } else if (name == "--from") {
            from = *value;
        } else if (name == "--same") {
            return compare(*value);
        } else {
            std::fputs(usage, stderr);
            return 2;
        }
    }
    return run_many(from, seeds, list);
}
