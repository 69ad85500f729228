// UTF-8: whole texts, and one that comes in reads.

#include <algorithm>

#include <pushwire/protocol/session.hpp>

#include <benchmark/benchmark.h>

#include "protocol/utf8.hpp"
#include "support/payload.hpp"

namespace {

using namespace pushwire;

constexpr std::string_view ascii = "plain letters, ";
constexpr std::string_view two_bytes = "\u043f\u0440\u0438\u0432\u0435\u0442";
constexpr std::string_view three_bytes = "\u4f60\u597d\uff0c";
constexpr std::string_view four_bytes = "\U0001f600";
constexpr std::string_view mixed = "a letter, \u00e9, \u043f, \u4f60, \U0001f600; ";

void utf8(benchmark::State& state, std::string_view unit) {
    const auto text = bench::repeated(unit, static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto round : state)
        benchmark::DoNotOptimize(protocol::is_utf8(bench::as_bytes(text)));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
void sizes(benchmark::internal::Benchmark* of) {
    of->ArgName("bytes")->Arg(16)->Arg(60)->Arg(256)->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);
}
BENCHMARK_CAPTURE(utf8, ascii, ascii)->Apply(sizes);
BENCHMARK_CAPTURE(utf8, two_bytes, two_bytes)->Apply(sizes);
BENCHMARK_CAPTURE(utf8, three_bytes, three_bytes)->Apply(sizes);
BENCHMARK_CAPTURE(utf8, four_bytes, four_bytes)->Apply(sizes);
BENCHMARK_CAPTURE(utf8, mixed, mixed)->Apply(sizes);

/// 64 KiB that come in reads of so many bytes, most of which end amid a character.
void utf8_in_reads(benchmark::State& state) {
    const auto text = bench::repeated(mixed, 64 << 10);
    const auto read = static_cast<std::size_t>(state.range(0));
    for ([[maybe_unused]] auto round : state) {
        protocol::utf8_validator validator;
        auto left = bench::as_bytes(text);
        while (!left.empty()) {
            const auto n = std::min(read, left.size());
            benchmark::DoNotOptimize(validator.accept(left.first(n)));
            left = left.subspan(n);
        }
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(utf8_in_reads)->ArgName("read")->Arg(100)->Arg(1461)->Arg(16 << 10);

}  // namespace
