#pragma once
// How a connection calls the handlers that the user gave.

#include "engine/call.hpp"
#include "engine/connection.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {

/// Says whether the handler returned. One that threw has been reported, and the connection has failed.
template <class Call>
bool connection::call_handler(std::string_view where, Call&& call) {
    if (guarded(worker_.server(), fd_, where, call)) return true;
    fail(error::handler_threw);
    return false;
}

}  // namespace pushwire::engine
