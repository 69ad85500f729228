#pragma once
// What the kernel gave out at set-up, or an exception that says which call it refused.

#include <cerrno>
#include <system_error>

#include "net/socket.hpp"

namespace pushwire::net {

/// `descriptor` as the call `what` returned it. Throws std::system_error with `errno` if that is negative.
inline unique_descriptor granted(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return unique_descriptor{descriptor};
}

}  // namespace pushwire::net
