#pragma once
// How a peer that nobody here wrote inflates what our end compressed: a zlib stream with exactly the window that was
// agreed, kept for all messages, or reset before each of them where the sender keeps no context.

#include <cstddef>
#include <optional>
#include <span>

#include <zlib.h>

#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

class inflating_peer {
  public:
    explicit inflating_peer(const setup& setup);
    ~inflating_peer();
    inflating_peer(const inflating_peer&) = delete;
    inflating_peer& operator=(const inflating_peer&) = delete;

    /// The message whose payload this is; nullopt if it cannot be inflated.
    [[nodiscard]] std::optional<bytes> inflate(std::span<const std::byte> payload);

  private:
    bool keeps_context_;
    int window_bits_;
    z_stream stream_{};
};

}  // namespace pushwire::transcripts
