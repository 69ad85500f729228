// Echo through a session, without a network: the bytes of a frame come in reads as a loop makes them, and all that waits
// leaves. What copies them into the buffer stands for the kernel.

#include <benchmark/benchmark.h>

#include "support/peer.hpp"

namespace {

using namespace pushwire;

void echo(benchmark::State& state, protocol::opcode code) {
    protocol::block_pool blocks;
    const protocol::session_settings settings;
    bench::peer tested{settings, blocks};
    const auto frame = bench::from_client(code, bench::readings(static_cast<std::size_t>(state.range(0))));
    for ([[maybe_unused]] auto round : state) tested.receive_all(frame);
    if (tested.echoed() != state.iterations()) state.SkipWithError("not each message was sent back");
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(echo, binary, protocol::opcode::binary)
    ->ArgName("bytes")
    ->Arg(64)
    ->Arg(16 << 10)
    ->Arg(1 << 20);
BENCHMARK_CAPTURE(echo, text, protocol::opcode::text)->ArgName("bytes")->Arg(64)->Arg(16 << 10)->Arg(1 << 20);

}  // namespace
