#pragma once
// A frame as far as it came, right or wrong, and the line that shows it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <pushwire/protocol/frame.hpp>

#include "line.hpp"

namespace pushwire::decode {

struct seen_frame {
    std::uint64_t offset = 0;       ///< of its first byte
    std::vector<std::byte> wire;    ///< its header, as it came
    protocol::frame_header header;  ///< what that says
    bool has_header = false;        ///< all of it
    bool is_compressed = false;     ///< RSV1 means that
    std::uint64_t arrived = 0;      ///< bytes of the payload
    std::vector<std::byte> shown;   ///< the first of them, unmasked

    [[nodiscard]] bool begun() const { return !wire.empty(); }
    [[nodiscard]] std::uint64_t missing() const { return header.payload_length - arrived; }

    /// More of the payload, as it came; no more than `most_shown` bytes are kept to be shown.
    void append(std::span<const std::byte> payload, std::size_t most_shown);
};

/// `< 81 85 37fa213d 7f9f4d5158        # 0: text, 5 bytes "Hello"`
[[nodiscard]] line line_of(const seen_frame& frame);

}  // namespace pushwire::decode
