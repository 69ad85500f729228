#pragma once
// Opens many connections, some of them at a time.

#include <cstddef>
#include <functional>
#include <string_view>

#include "connector.hpp"
#include "poller.hpp"
#include "progress.hpp"

namespace pushwire::bench {

/// What takes an open connection, by number; `rest` is what the server has said after its answer already.
using opened = std::function<void(std::size_t number, stream over, std::string_view rest)>;

/// Opens connections 0 to `count` - 1. Throws failure; also if five seconds pass without any progress.
void open_all(const connector& by, std::size_t count, progress& shown, const opened& then);

}  // namespace pushwire::bench
