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

/// Belongs to the thread of `frames`. `data` is borrowed for its life.
class publication {
  public:
    publication(shared_frames& frames, const session_settings& settings, message_type type,
                std::span<const std::byte> data)
        : frames_{&frames}, settings_{&settings}, data_{data}, type_{type} {}

    /// The frame for `receiver`, a server's session with these settings: to be sent with `session::send_shared`. Encoded
    /// when the first receiver of its kind comes.
    [[nodiscard]] const shared_frame& frame_for(const session& receiver) {
        const auto agreed = receiver.deflate();
        return agreed.in_use ? compressed_for(agreed.server_window_bits) : plain();
    }
    /// Of the message, in bytes.
    [[nodiscard]] std::size_t size() const { return data_.size(); }

  private:
    const shared_frame& plain() {
        if (!plain_.owner) plain_ = encode_message(*frames_, type_, data_);
        return plain_;
    }
    const shared_frame& compressed_for(int window_bits);

    shared_frames* frames_;
    const session_settings* settings_;
    std::span<const std::byte> data_;
    message_type type_;
    shared_frame plain_;
    std::array<shared_frame, 16>
        compressed_;  // by window bits; the plain one where compressing gains nothing
};

}  // namespace pushwire::protocol
