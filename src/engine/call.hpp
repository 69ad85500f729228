#pragma once
// Runs what the user gave us, so that nothing it throws goes further than `on_error`.

#include <exception>
#include <string_view>

#include "engine/server_state.hpp"

namespace pushwire::engine {

/// Says whether `call` returned; what it threw was reported as belonging to `fd`.
template <class Call>
bool guarded(server_state& server, fd about, std::string_view where, Call&& call) noexcept {
    try {
        call();
        return true;
    } catch (const std::exception& thrown) {
        server.report({about, where, thrown.what(), std::current_exception()});
    } catch (...) {
        server.report({about, where, "an exception of an unknown type", std::current_exception()});
    }
    return false;
}

}  // namespace pushwire::engine
