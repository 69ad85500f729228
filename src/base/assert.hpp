#pragma once
// Invariants, asserted in release builds too: a broken one stops the process before it does harm.

namespace pushwire::base {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace pushwire::base

#define PUSHWIRE_ASSERT(expression) \
    ((expression) ? void(0) : ::pushwire::base::assertion_failed(#expression, __FILE__, __LINE__))
