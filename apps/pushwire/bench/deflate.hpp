#pragma once
// One message of permessage-deflate (RFC 7692 7.2) without context: neither refers to another message.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pushwire::bench {

[[nodiscard]] std::vector<std::byte> deflated(std::span<const std::byte> payload);

/// Whether `compressed` is `expected` once it is inflated: nothing, or what is wrong with it. `scratch` is for the
/// function alone, and makes it cheap to call again.
[[nodiscard]] std::optional<std::string> difference_inflated(std::span<const std::byte> compressed,
                                                             std::span<const std::byte> expected,
                                                             std::vector<std::byte>& scratch);

}  // namespace pushwire::bench
