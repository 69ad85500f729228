#pragma once
// Ctrl-C ends the measurement early, and what was measured is reported; a second one ends the program.

namespace pushwire::bench {

void catch_interrupt();
[[nodiscard]] bool is_interrupted();

}  // namespace pushwire::bench
