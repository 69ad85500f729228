#pragma once
// The end of what was said so far in one direction of a connection, which a compressed message may refer back to (the
// LZ77 window of RFC 7692 7.1). It grows with what was said, up to the window that was agreed.

#include <cstddef>
#include <span>
#include <vector>

namespace pushwire::protocol {

class history {
  public:
    explicit history(int window_bits) : most_{std::size_t{1} << window_bits} {}

    void append(std::span<const std::byte> said);
    void clear() { kept_.clear(); }
    [[nodiscard]] std::span<const std::byte> bytes() const { return kept_; }

  private:
    std::size_t most_;
    std::vector<std::byte> kept_;
};

/// What a connection keeps where context is taken over from one message to the next (RFC 7692 7.1.1).
struct compression_context {
    history received;
    history sent;
};

}  // namespace pushwire::protocol
