#include "opener.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "failure.hpp"
#include "interrupt.hpp"
#include "opening.hpp"

namespace pushwire::bench {
namespace {

// Fewer than any server's queue of connections that it has not accepted yet.
constexpr std::size_t at_once = 64;
constexpr nanoseconds to_be_opened = 5 * second;

}  // namespace

void open_all(const connector& by, std::size_t count, progress& shown, const opened& then) {
    poller ready;
    std::vector<opening> slots(std::min(count, at_once));
    std::vector<std::size_t> numbers(slots.size());
    std::size_t started = 0;
    std::size_t open = 0;
    const auto start = [&](std::size_t slot) {
        numbers[slot] = started;
        slots[slot].start(by, started, started);
        ++started;
        ready.add(slots[slot].descriptor(), opening::events, slot);
    };
    for (std::size_t slot = 0; slot < slots.size(); ++slot) start(slot);

    for (auto last_progress = now(); open < count;) {
        for (const auto& event : ready.wait(second / 5)) {
            const auto slot = static_cast<std::size_t>(event.data.u64);
            if (!slots[slot].step()) continue;
            ready.remove(slots[slot].descriptor());
            then(numbers[slot], slots[slot].take_stream(), slots[slot].rest());
            ++open;
            last_progress = now();
            if (started < count) start(slot);
        }
        shown.opening(open, count);
        if (is_interrupted()) throw failure{"interrupted before all connections were open"};
        if (now() - last_progress < to_be_opened) continue;
        const auto stuck =
            std::ranges::find_if(slots, [](const auto& each) { return each.descriptor() >= 0; });
        throw failure{
            fmt::format("{} within 5 s ({} of {} connections are open)", stuck->waits_for(), open, count)};
    }
}

}  // namespace pushwire::bench
