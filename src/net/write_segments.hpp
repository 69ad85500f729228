#pragma once
// One write to a socket that does not wait.

#include <cstddef>
#include <span>

#include <sys/types.h>

namespace pushwire::net {

/// Writes the segments in order, as much as the socket takes at once; of them at most `loop::max_segments`.
/// Returns how many bytes that was, or -1 with `errno`; never EINTR.
[[nodiscard]] ssize_t write_segments(int descriptor, std::span<const std::span<const std::byte>> segments);

}  // namespace pushwire::net
