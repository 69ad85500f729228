// What compressing and inflating one message costs, by the size of the message and of the window, without context and
// with a full one. 0 window bits: libdeflate, which takes the whole message and keeps no context.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"
#include "support/payload.hpp"

namespace {

using namespace pushwire;
using namespace pushwire::protocol;

/// Earlier messages of the same kind, none of which is the one that is compressed.
std::string history_of(int window_bits) {
    const auto size = std::size_t{1} << window_bits;
    return bench::readings(2 * size + 20'000).substr(20'000, size);
}

struct sample {
    explicit sample(const benchmark::State& state)
        : message{bench::readings(static_cast<std::size_t>(state.range(0)))} {
        const auto bits = static_cast<int>(state.range(1));
        if (bits == 0) {
            how.may_be_final = true;
        } else {
            before = history_of(bits);
            how.window_bits = bits;
            how.history = bench::as_bytes(before);
        }
    }
    std::string message;
    std::string before;
    deflater::request how;
};

void deflate(benchmark::State& state) {
    const sample given{state};
    deflater compressor;
    std::size_t size = 0;
    for ([[maybe_unused]] auto round : state)
        size = compressor.deflate(bench::as_bytes(given.message), given.how).size();
    state.SetBytesProcessed(state.iterations() * state.range(0));
    state.counters["compressed"] = static_cast<double>(size);
}

void inflate(benchmark::State& state) {
    const sample given{state};
    deflater compressor;
    const auto compressed = compressor.deflate(bench::as_bytes(given.message), given.how);
    inflater inflating;
    std::vector<std::byte> room(given.message.size() + 1);
    for ([[maybe_unused]] auto round : state) {
        auto from = compressed;
        std::span<std::byte> to{room};
        inflating.begin(given.how.history);
        inflating.inflate(from, to);
        inflating.finish(to);
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* of) {
    of->ArgNames({"bytes", "window"})->ArgsProduct({{200, 2000, 16000}, {0, 9, 12, 15}});
}
BENCHMARK(deflate)->Apply(sizes);
BENCHMARK(inflate)->Apply(sizes);

}  // namespace
