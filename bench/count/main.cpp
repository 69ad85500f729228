// Runs every scenario. First line: the compiler that this was built with, as a baseline is named after it; then a line for
// each scenario, in the order of the dumps: its name, a tab, how many operations.

#include <cstdio>
#include <string>

#include "base/assert.hpp"
#include "count/count.hpp"
#include "protocol/mask.hpp"

#define TEXT_OF(number) TEXT(number)
#define TEXT(number) #number

#if defined __x86_64__
// What __builtin_cpu_supports reads. Compilers put the reading into programs, so its layout does not change.
extern "C" struct {
    unsigned vendor, type, subtype, features;
} __cpu_model;  // NOLINT(bugprone-reserved-identifier, readability-identifier-naming)
#endif

namespace {

#if defined __clang__
constexpr auto compiler = "clang++-" TEXT_OF(__clang_major__);
#else
constexpr auto compiler = "g++-" TEXT_OF(__GNUC__);
#endif
#if defined __x86_64__
constexpr auto machine = "x86_64";
#elif defined __aarch64__
constexpr auto machine = "aarch64";
#else
constexpr auto machine = "unknown";
#endif

/// From here on the processor has what every one of its architecture has, so that all count the same.
void forget_what_only_some_have() {
#if defined __x86_64__
    constexpr unsigned bit_of_avx2 = 10;
    __cpu_model.features &= ~(1u << bit_of_avx2);
#endif
    PUSHWIRE_ASSERT(!pushwire::protocol::is_there(pushwire::protocol::mask_level::avx2));
}

}  // namespace

namespace pushwire::count {

void report(std::string_view name, int operations) {
    CALLGRIND_DUMP_STATS;
    std::printf("%.*s\t%d\n", static_cast<int>(name.size()), name.data(), operations);
}

}  // namespace pushwire::count

int main() {
    forget_what_only_some_have();
    std::printf("%s.%s\n", compiler, machine);
    pushwire::count::count_codec();
    pushwire::count::count_queues();
    pushwire::count::count_openings();
    pushwire::count::count_sessions();
}
