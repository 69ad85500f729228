#include "fuzz/support/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace pushwire::fuzz {

void check_failed(std::string_view what, const char* file, int line) noexcept {
    std::fprintf(stderr, "%s:%d: not so: %.*s\n", file, line, static_cast<int>(what.size()), what.data());
    std::abort();
}

}  // namespace pushwire::fuzz
