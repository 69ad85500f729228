#pragma once
// What a target demands. A breach stops the process, so that the fuzzer keeps the input and the replay fails.

#include <string_view>

namespace pushwire::fuzz {

[[noreturn]] void check_failed(std::string_view what, const char* file, int line) noexcept;

}  // namespace pushwire::fuzz

#define FUZZ_CHECK(expression) \
    ((expression) ? void(0) : ::pushwire::fuzz::check_failed(#expression, __FILE__, __LINE__))
