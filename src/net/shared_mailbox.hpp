#pragma once
// Records from any thread of any process to one receiver: a ring of bytes in memory that they share, made before they fork.
//
//            freed               taken                   end
//              v                   v                      v
//   |          [ looked at still  ][ size, bytes ][ size, bytes ]           |   at its end the ring goes on at its beginning
//
// Invariants, whichever process is killed at whichever moment:
//   - freed <= taken <= end <= freed + the ring's size. They count from the beginning on, and do not wrap around.
//   - A record is there once `end` is behind it, and is taken once `taken` is, and one store says so. So none comes in part,
//     or twice, and who is killed amid a `put` has put nothing.
//   - A `put` holds a lock, and so does the receiver when the ring is empty and all three go back to 0, so that little of it
//     is ever touched. The lock is robust: who has it after somebody who died repairs what that one had begun.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

#include "net/robust_mutex.hpp"
#include "net/shared_memory.hpp"
#include "net/socket.hpp"
#include "net/waker.hpp"

namespace pushwire::net {

class shared_mailbox {
  public:
    /// Urgent records may also use what is kept for them.
    enum class urgency : std::uint8_t { common, urgent };

    /// Room for `capacity` bytes, and for `reserve` more of urgent records. Throws std::system_error.
    shared_mailbox(std::size_t capacity, std::size_t reserve);

    // --- any process, any thread

    /// Appends a record made of the pieces, and wakes the receiver. Says false, and has done nothing, when it does not fit.
    /// It waits only for who is putting something at this moment, and not for long if that one was stopped meanwhile.
    [[nodiscard]] bool put(std::span<const std::span<const std::byte>> pieces, urgency how);
    /// Wakes the receiver in any case: of a record that was put by who was killed then it may not have heard.
    void wake() noexcept;
    /// For the loop of the receiver.
    [[nodiscard]] shared_wake waking() const;

    // --- the receiver: one thread of one process at a time

    /// Takes the place of a receiver that may have died, or is the first. What that one had not taken comes now, and a
    /// loop that stands on `waking` is awake.
    void adopt();
    [[nodiscard]] bool is_empty() const noexcept;
    /// The next record, where it lies: valid until the next `take` or `release`. nullopt: none is there.
    [[nodiscard]] std::optional<std::span<const std::byte>> take();
    /// What was taken last is not needed any more.
    void release() noexcept;
    /// The same for a receiver without a loop. It waits for a record, at most so long, or until a signal comes.
    [[nodiscard]] std::optional<std::string> receive(std::chrono::milliseconds timeout);

  private:
    struct head;

    [[nodiscard]] robust_mutex::guard lock(robust_mutex::patience waits) noexcept;
    void copy_in(std::uint64_t at, std::span<const std::byte> bytes) noexcept;
    void begin_anew() noexcept;
    void repair() noexcept;

    shared_memory memory_;
    head& head_;
    std::byte* const ring_;
    const std::size_t size_;      // of the ring
    const std::size_t capacity_;  // what of it is for common records
    unique_descriptor eventfd_;
    waker waker_;
    std::vector<std::byte> joined_;  // the record that was taken, if it goes on at the ring's beginning
    pid_t adopted_by_ = 0;
};

}  // namespace pushwire::net
