#pragma once
// What the machine grants this process.

#include <cstddef>

namespace pushwire::net {

/// The processors that this process may use: its affinity mask, and the quota of its cgroup rounded up. At least 1.
[[nodiscard]] unsigned granted_processors();

/// The memory that this process may use, in bytes: the machine's, and the limits of its control groups.
[[nodiscard]] std::size_t granted_memory();

/// Raises the process's soft limit of file descriptors to the hard one; returns what it is then.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace pushwire::net
