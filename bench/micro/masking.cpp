// Masking, by size and by where the payload lies: at the begin of a vector, or behind a header of 6 bytes.

#include <benchmark/benchmark.h>

#include "protocol/mask.hpp"
#include "support/payload.hpp"

namespace {

using namespace pushwire;

constexpr protocol::masking_key key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};

template <class Mask>
void measure(benchmark::State& state, Mask&& mask) {
    const auto size = static_cast<std::size_t>(state.range(0));
    bench::aligned_bytes room(size + 64);
    const auto payload = room.bytes().subspan(static_cast<std::size_t>(state.range(1)), size);
    for ([[maybe_unused]] auto round : state) {
        mask(payload);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void mask(benchmark::State& state) {
    measure(state, [](std::span<std::byte> payload) { protocol::apply_mask(payload, key); });
}
BENCHMARK(mask)
    ->ArgNames({"bytes", "at"})
    ->ArgsProduct({{16, 64, 125, 256, 1 << 10, 16 << 10, 128 << 10, 1 << 20}, {0, 6}});

void mask_by(benchmark::State& state, protocol::mask_level level) {
    if (!protocol::is_there(level)) return state.SkipWithError("this processor does not have it");
    measure(state, [&](std::span<std::byte> payload) { protocol::apply_mask_by(level, payload, key); });
}
void long_sizes(benchmark::internal::Benchmark* of) {
    of->ArgNames({"bytes", "at"})->ArgsProduct({{512, 1 << 10, 16 << 10, 128 << 10, 1 << 20}, {0, 6}});
}
BENCHMARK_CAPTURE(mask_by, baseline, protocol::mask_level::baseline)->Apply(long_sizes);
BENCHMARK_CAPTURE(mask_by, avx2, protocol::mask_level::avx2)->Apply(long_sizes);

}  // namespace
