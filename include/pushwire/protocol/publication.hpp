#pragma once
// One message for many receivers. It is encoded once for each way in which one of them takes it: as it is, or compressed
// for a window of some size.

#include <array>
#include <cstddef>
#include <span>

#include <pushwire/message.hpp>
#include <pushwire/protocol/output.hpp>
#include <pushwire/protocol/session.hpp>

namespace pushwire::protocol {

/// Belongs to the thread of its pool. `data` is borrowed for its life.
class publication {
  public:
    publication(block_pool& blocks, const session_settings& settings, message_type type,
                std::span<const std::byte> data)
        : blocks_{&blocks}, settings_{&settings}, data_{data}, type_{type} {}

    /// The frame for `receiver`, a server's session with these settings: to be sent with `session::send_shared`. Encoded
    /// when the first receiver of its kind comes.
    [[nodiscard]] const block_ref& frame_for(const session& receiver);
    /// Of the message, in bytes.
    [[nodiscard]] std::size_t size() const { return data_.size(); }

  private:
    const block_ref& plain();

    block_pool* blocks_;
    const session_settings* settings_;
    std::span<const std::byte> data_;
    message_type type_;
    block_ref plain_;
    std::array<block_ref, 16> compressed_;  // by window bits; the plain one where compressing gains nothing
};

}  // namespace pushwire::protocol
