// The header of a frame, by the payload's length.

#include <array>

#include <pushwire/protocol/frame.hpp>

#include <benchmark/benchmark.h>

#include "support/payload.hpp"

namespace {

using namespace pushwire;
using namespace pushwire::protocol;

void parse_header(benchmark::State& state) {
    const auto frame =
        bench::from_client(opcode::binary, std::string(static_cast<std::size_t>(state.range(0)), 'a'));
    for ([[maybe_unused]] auto round : state)
        benchmark::DoNotOptimize(parse_frame_header(frame, role::server));
}
BENCHMARK(parse_header)->ArgName("payload")->Arg(64)->Arg(1 << 10)->Arg(64 << 10);

void encode_header(benchmark::State& state) {
    std::array<std::byte, max_frame_header> room{};
    const frame_header header{.opcode = opcode::binary,
                              .payload_length = static_cast<std::uint64_t>(state.range(0))};
    for ([[maybe_unused]] auto round : state) {
        benchmark::DoNotOptimize(encode_frame_header(header, room.data()));
        benchmark::ClobberMemory();
    }
}
BENCHMARK(encode_header)->ArgName("payload")->Arg(64)->Arg(1 << 10)->Arg(64 << 10);

}  // namespace
