// Masking, by size and by where the payload lies: at the begin of a vector, or behind a header of 6 bytes.

#include <pushwire/protocol/frame.hpp>

#include <benchmark/benchmark.h>

#include "support/payload.hpp"

namespace {

using namespace pushwire;

constexpr protocol::masking_key key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};

void mask(benchmark::State& state) {
    const auto size = static_cast<std::size_t>(state.range(0));
    bench::aligned_bytes room(size + 64);
    const auto payload = room.bytes().subspan(static_cast<std::size_t>(state.range(1)), size);
    for (auto round : state) {
        protocol::apply_mask(payload, key);
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(mask)
    ->ArgNames({"bytes", "at"})
    ->ArgsProduct({{16, 64, 125, 256, 1 << 10, 16 << 10, 128 << 10, 1 << 20}, {0, 6}});

}  // namespace
