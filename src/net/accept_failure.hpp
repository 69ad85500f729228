#pragma once
// What it means that accept(2) failed.

#include <cstdint>

namespace pushwire::net {

enum class accept_failure : std::uint8_t {
    none_left,      ///< no connection waits
    this_one_only,  ///< of a connection that befell something while it was in the queue: there may be others
    resources,      ///< descriptors or memory have run out, or what is unknown and must not spin
};

/// `error` is an `errno`.
[[nodiscard]] accept_failure classify_accept(int error);

}  // namespace pushwire::net
