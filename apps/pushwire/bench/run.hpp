#pragma once
// A run from the first connection to the last reply.

#include "result.hpp"
#include "settings.hpp"

namespace pushwire::bench {

/// Throws failure if there is no result.
[[nodiscard]] result run(const settings& with);

}  // namespace pushwire::bench
