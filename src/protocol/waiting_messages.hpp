#pragma once
// Messages that may not go into the output yet: they wait behind something that must leave before them. They are kept as
// the whole, plain, unmasked frames that a server would send, so that small ones share a block, a publication is shared
// here too, and each counts in the backlog as much as it will in the output.
// Invariant: what is dropped is a whole message, and always one that nothing on the wire depends on yet.

#include <cstddef>
#include <span>

#include <pushwire/message.hpp>
#include <pushwire/protocol/output.hpp>

namespace pushwire::protocol {

class waiting_messages {
  public:
    explicit waiting_messages(block_pool& pool) : frames_{pool} {}

    /// A message of our own; the data are copied.
    void append(message_type type, std::span<const std::byte> data);
    /// A publication: a whole frame as `encode_message` makes it, which may be compressed. Nothing is copied.
    void append_shared(const shared_frame& frame) { frames_.append_shared(frame); }

    /// The size of their frames.
    [[nodiscard]] std::size_t bytes() const { return frames_.bytes(); }
    [[nodiscard]] bool empty() const { return frames_.empty(); }

    struct message {
        message_type type;
        std::span<const std::byte> data;  ///< valid until the next call that is not const
        bool is_compressed;               ///< a publication; the data are then not the message itself
    };
    /// The one that has waited longest; there is one.
    [[nodiscard]] message front() const;
    void pop_front();
    /// The same for a publication: its frame.
    [[nodiscard]] shared_frame take_shared();
    /// All of them as they are, for who sends them plain and unmasked. None is left here.
    void move_to(output& to) { to.append_all_of(frames_); }

    /// Drops messages, oldest first, until `wanted` bytes are gone or none is left. Returns the bytes dropped.
    std::size_t drop_oldest(std::size_t wanted) { return frames_.drop_oldest(wanted); }
    [[nodiscard]] std::size_t droppable(std::size_t wanted) const { return frames_.droppable(wanted); }
    /// See output::shrink.
    void shrink() { frames_.shrink(); }

  private:
    output frames_;
};

}  // namespace pushwire::protocol
