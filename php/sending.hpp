#pragma once
// What the methods that send tell a script: true, or false with an error that `getLastError` names, and a warning where the
// script itself is wrong.

#include <string_view>

#include "frame.hpp"
#include "service.hpp"

namespace pushwire::php {

/// What came of it, for the script.
bool settle(service& here, push_result result);
/// A message, a part of one, a ping, or the beginning of the closing handshake: as the opcode says.
bool push(service& here, fd to, const frame_parts& what);
bool disconnect(service& here, fd which, zend_long code, std::string_view reason);

}  // namespace pushwire::php
