#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace pushwire::base {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
    std::fprintf(stderr, "pushwire: broken invariant: %s (%s:%d)\n", expression, file, line);
    std::abort();
}

}  // namespace pushwire::base
