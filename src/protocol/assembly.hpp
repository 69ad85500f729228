#pragma once
// A message that is not finished: its frames came in pieces, or only in part; or one that is compressed. It exists from
// the first such piece until the message has been handed out; a message that lies whole in one read, and is not
// compressed, never comes here. One that is handed out in parts, as it comes, is not gathered: no buffer is used for it.
// Invariant: the buffer is never much larger than what has arrived, nor larger than the message can become, but for one
// that was there already: a spare one is taken as soon as it may be needed, since that takes no memory from the system.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <pushwire/error.hpp>
#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/spare_buffers.hpp>

#include "protocol/inflation.hpp"
#include "protocol/utf8.hpp"

namespace pushwire::protocol {

class assembly {
  public:
    /// `spare`: where a large buffer comes from, if one is there, and goes to; null: it is made and freed.
    explicit assembly(spare_buffers* spare = nullptr) : spare_{spare} {}
    ~assembly();
    assembly(const assembly&) = delete;
    assembly& operator=(const assembly&) = delete;

    /// A message begins. `most` bounds all of it, in bytes. The buffer of the one before is used again.
    void begin(opcode type, std::size_t most);
    /// One that is compressed: `most` bounds what it inflates to.
    void begin(opcode type, std::size_t most, codec_pool& lender, std::span<const std::byte> history);

    /// Whether so many bytes more may follow.
    [[nodiscard]] bool takes(std::uint64_t payload_length) const;
    /// The payload that follows is of this frame.
    void begin_frame(const frame_header& header);
    /// Takes some of the frame's payload, as it came (masked); the bytes are changed. An error if a text is not UTF-8, or
    /// if it cannot be inflated within the bounds: it is that of the first byte that is wrong, however the payload is cut.
    [[nodiscard]] error append(std::span<std::byte> bytes);
    /// The last frame is complete: so is the message, unless there is an error.
    [[nodiscard]] error finish();

    /// Some of a message that is handed out as it comes.
    struct part {
        std::span<const std::byte>
            data;  ///< of the bytes that were taken, or of the room; a text may be cut amid a character
        bool first = false;       ///< no part with data came before it
        bool last = false;        ///< the message is complete
        bool more = false;        ///< there may be more of the bytes already taken
        error why = error::none;  ///< what is wrong with the bytes behind `data`
    };
    /// Instead of `append` and `finish`: takes from the front of `bytes` what it turns into a part, in `room` where the
    /// message is compressed (at least one byte). `ends`: the payload of the last frame ends with them. To be called again
    /// while bytes are left, or more is to come. What it left is as it came.
    [[nodiscard]] part take(std::span<std::byte>& bytes, bool ends, std::span<std::byte> room);

    /// Room for up to `most` more bytes of the frame's payload, to be read into directly; it stays until `commit`. Not for
    /// a compressed message.
    [[nodiscard]] std::span<std::byte> room(std::size_t most);
    /// The first `n` bytes of `room` were filled.
    [[nodiscard]] error commit(std::size_t n);

    /// The message begins now: its pace is counted from here.
    void begin_time(std::chrono::steady_clock::time_point now);
    /// What came by `now` is in it.
    void note_time(std::chrono::steady_clock::time_point now);
    /// It could not come until `now`, since nobody read.
    void forgive_pause(std::chrono::steady_clock::time_point now) { moved_on_ = std::max(moved_on_, now); }
    /// When it began, or last grew past a multiple of 64 KiB: a peer that sends a byte now and then does not move it on.
    [[nodiscard]] std::chrono::steady_clock::time_point moved_on() const { return moved_on_; }

    [[nodiscard]] opcode type() const { return type_; }
    [[nodiscard]] bool is_compressed() const { return inflation_.has_value(); }
    [[nodiscard]] bool in_final_frame() const { return final_; }
    /// So far: inflated, if it is compressed. Not of one that is handed out as it comes.
    [[nodiscard]] std::span<const std::byte> message() const { return {bytes_, size_}; }
    /// So far, likewise; and what was handed out.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// What it holds, in bytes.
    [[nodiscard]] std::size_t memory() const {
        return capacity_ + (inflation_ ? inflater::memory : std::size_t{0});
    }

    /// The message has been handed out. A buffer of more than `most_kept` bytes is freed.
    void end(std::size_t most_kept);

  private:
    template <class Step>
    error inflate(Step&& step);
    void unmask(std::span<std::byte> bytes);
    part inflate_part(std::span<std::byte>& bytes, bool ends, std::span<std::byte> room);
    error arrived(std::size_t n);
    void reserve(std::size_t needed);
    bool take_spare(std::size_t capacity);
    void release();

    spare_buffers* spare_;
    std::byte* bytes_ =
        nullptr;  // by malloc: grown in place where that is possible, and never filled in vain
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
    std::size_t most_ = 0;         // the whole message
    std::size_t expected_ = 0;     // how large the buffer becomes as far as is known
    std::size_t frame_taken_ = 0;  // bytes of the payload of the frame under way, for the mask's offset
    std::size_t moved_to_ = 0;     // the multiple of 64 KiB that it last moved past
    std::chrono::steady_clock::time_point moved_on_{};
    masking_key key_{};
    opcode type_ = opcode::binary;
    bool masked_ = false;
    bool final_ = false;
    bool handed_out_ = false;  // some of it
    utf8_validator text_;
    std::optional<inflation> inflation_;
};

}  // namespace pushwire::protocol
