#pragma once
// A message that is not finished: its frames came in pieces, or only in part. It exists from the first such piece
// until the message has been handed out; a message that lies whole in one read never comes here.
// Invariant: the buffer is never much larger than what has arrived, nor larger than the message can become.

#include <cstddef>
#include <cstdint>
#include <span>

#include <pushwire/protocol/frame.hpp>

#include "protocol/utf8.hpp"

namespace pushwire::protocol {

class assembly {
  public:
    /// `most` bounds the whole message, in bytes.
    assembly(opcode type, std::size_t most);
    ~assembly();
    assembly(const assembly&) = delete;
    assembly& operator=(const assembly&) = delete;

    /// The payload that follows is of this frame. The message with it stays within the bound.
    void begin_frame(const frame_header& header);
    /// Appends some of the frame's payload, as it came (masked). False once a text is not UTF-8.
    [[nodiscard]] bool append(std::span<const std::byte> bytes);

    /// Room for up to `most` more bytes of the frame's payload, to be read into directly; it stays until `commit`.
    [[nodiscard]] std::span<std::byte> room(std::size_t most);
    /// The first `n` bytes of `room` were filled. False once a text is not UTF-8.
    [[nodiscard]] bool commit(std::size_t n);

    [[nodiscard]] opcode type() const { return type_; }
    [[nodiscard]] bool in_final_frame() const { return final_; }
    /// Whether the text may end here; always for a binary message.
    [[nodiscard]] bool at_boundary() const { return text_.complete(); }
    [[nodiscard]] std::span<const std::byte> message() const { return {bytes_, size_}; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }

  private:
    void reserve(std::size_t needed);

    std::byte* bytes_ =
        nullptr;  // by malloc: grown in place where that is possible, and never filled in vain
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    std::size_t most_;             // the whole message
    std::size_t expected_ = 0;     // how large the message becomes as far as is known; else most_
    std::size_t frame_begin_ = 0;  // where the frame under way begins, for the mask's offset
    masking_key key_{};
    opcode type_;
    bool masked_ = false;
    bool final_ = false;
    utf8_validator text_;
};

}  // namespace pushwire::protocol
