#pragma once
// Plays a script against a session twice: as joined as it can be, and in the way that the script says. Demands that the
// events and the output are the same, that the session keeps its contract (transcripts/endpoint.cpp says when it does not),
// that what it sent is what its role may send, and that it ends when its stream does.

#include "fuzz/support/script.hpp"

namespace pushwire::fuzz {

void check_conversation(const script& script);

}  // namespace pushwire::fuzz
