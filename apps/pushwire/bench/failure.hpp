#pragma once
// What ends a run: one line that says what went wrong, and how to mend it. Ends the program with status 1.

#include <stdexcept>

namespace pushwire::bench {

class failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace pushwire::bench
