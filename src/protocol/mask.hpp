#pragma once
// The ways in which long payloads are masked. `apply_mask` (frame.hpp) takes the best one that the processor has; tests
// and measurements take each.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::protocol {

/// The vectors that are used: those that each processor of the architecture has (SSE2, NEON), or wider ones.
enum class mask_level : std::uint8_t { baseline, avx2 };

inline constexpr std::array mask_levels{mask_level::baseline, mask_level::avx2};

/// Whether the processor has it.
[[nodiscard]] bool is_there(mask_level level) noexcept;

/// `apply_mask`, by a level that is there.
void apply_mask_by(mask_level level, std::span<std::byte> payload, masking_key key,
                   std::size_t offset = 0) noexcept;

}  // namespace pushwire::protocol
