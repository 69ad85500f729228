// The index of topics: each of 1,000 subscribers listens to four of so many.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "pubsub/topic_index.hpp"

namespace {

using namespace pushwire;

struct listeners {
    explicit listeners(std::size_t topics) {
        for (std::size_t i = 0; i < topics; ++i) names.push_back("prices/" + std::to_string(i) + "/euro");
        for (pubsub::subscriber who = 1; who <= 1000; ++who) {
            for (std::size_t i = 0; i < 4; ++i)
                index.subscribe(who, names[(who * 7 + i * 211) % topics], 100);
        }
    }
    [[nodiscard]] const std::string& some() { return names[next = (next + 389) % names.size()]; }

    pubsub::topic_index index;
    std::vector<std::string> names;
    std::size_t next = 0;
};

void find_subscribers(benchmark::State& state) {
    listeners all{static_cast<std::size_t>(state.range(0))};
    for ([[maybe_unused]] auto round : state)
        benchmark::DoNotOptimize(all.index.subscribers(all.some()).data());
}
BENCHMARK(find_subscribers)->ArgName("topics")->Arg(10)->Arg(1000)->Arg(100'000);

void subscribe_and_leave(benchmark::State& state) {
    listeners all{static_cast<std::size_t>(state.range(0))};
    for ([[maybe_unused]] auto round : state) {
        for (int i = 0; i < 4; ++i) all.index.subscribe(5000, all.some(), 100);
        all.index.unsubscribe_all(5000);
    }
}
BENCHMARK(subscribe_and_leave)->ArgName("topics")->Arg(10)->Arg(1000)->Arg(100'000);

}  // namespace
