#pragma once
// Compresses whole messages (RFC 7692 7.2.1). What it hands out is the payload of a compressed message: the four bytes
// 00 00 ff ff at its end are left out already. Nothing is carried from one message to the next but the history that the
// caller keeps, so one compressor serves all connections of a thread.

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace pushwire::protocol {

class deflater {
  public:
    deflater();
    ~deflater();
    deflater(const deflater&) = delete;
    deflater& operator=(const deflater&) = delete;

    struct request {
        int level = 0;  ///< 1 to 9; 0: the one that pays
        int window_bits =
            15;  ///< 8 to 15: what is referred to is at most two to the power of this back, in bytes
        std::span<const std::byte> history = {};  ///< what the receiver still has of earlier messages
        /// Whether the last block may be marked as final (RFC 7692 7.2.3.4), which is faster to make. Only where the
        /// receiver keeps no context: some inflate nothing any more after it. Not with a history.
        bool may_be_final = false;
    };
    /// The payload; until the next call. Empty if it would not be smaller than `data`, and nothing was compressed.
    [[nodiscard]] std::span<const std::byte> deflate(std::span<const std::byte> data, const request& how);

  private:
    struct stream;
    struct whole;

    std::span<std::byte> room(std::size_t size);
    std::span<const std::byte> deflate_whole(std::span<const std::byte> data, int level);
    std::span<const std::byte> deflate_in_stream(std::span<const std::byte> data, const request& how,
                                                 int level);

    std::array<std::unique_ptr<stream>, 16> streams_;  // by window bits, from the first use on
    std::unique_ptr<whole> whole_;
    std::unique_ptr<std::byte[]> room_;
    std::size_t room_size_ = 0;
};

}  // namespace pushwire::protocol
