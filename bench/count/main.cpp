// Runs every scenario. First line: the compiler that this was built with, as a baseline is named after it; then a line for
// each scenario, in the order of the dumps: its name, a tab, how many operations.

#include <cstdio>
#include <string>

#include "count/count.hpp"

#define TEXT_OF(number) TEXT(number)
#define TEXT(number) #number

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

}  // namespace

namespace pushwire::count {

void report(std::string_view name, int operations) {
    CALLGRIND_DUMP_STATS;
    std::printf("%.*s\t%d\n", static_cast<int>(name.size()), name.data(), operations);
}

}  // namespace pushwire::count

int main() {
    std::printf("%s.%s\n", compiler, machine);
    pushwire::count::count_codec();
    pushwire::count::count_queues();
    pushwire::count::count_openings();
    pushwire::count::count_sessions();
}
