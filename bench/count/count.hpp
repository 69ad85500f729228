#pragma once
// Counts what an operation costs in instructions. Under callgrind, what is collected while it runs is dumped under its
// name; `run` beside this file reads the dumps. Without callgrind the operations run, and nothing is counted.

#include <string_view>

#include <valgrind/callgrind.h>

namespace pushwire::count {

inline constexpr int warm_up = 3;

/// What was collected was for so many operations.
void report(std::string_view name, int operations);

/// Runs `operation` a few times without counting, so that what is made once is made, and then `times` times. It is `each`
/// of what is counted: the messages in a read.
template <class Operation>
void count(std::string_view name, int times, Operation&& operation, int each = 1) {
    for (int i = 0; i < warm_up; ++i) operation();
    CALLGRIND_TOGGLE_COLLECT;
    for (int i = 0; i < times; ++i) operation();
    CALLGRIND_TOGGLE_COLLECT;
    report(name, times * each);
}

/// Keeps the compiler from leaving out what makes `value`.
template <class Value>
void keep(const Value& value) {
    asm volatile("" : : "m"(value) : "memory");
}

// The scenarios, a file for each.
void count_codec();
void count_queues();
void count_sessions();
void count_openings();

}  // namespace pushwire::count
