#pragma once
// One worker's share of the two bounds of the whole server: of what waits to be sent, and of what came in part. It says
// when there is too much, and whose turn it is to give way; what that means is its worker's business.
//
//   backlogs     their memory is that of the blocks lent (protocol::block_pool); here is the line of those whose queue
//                is stuck: the stream has not taken all of it
//   unfinished   here are the sum, and the line of those who hold something, by the last byte that came
//
// A queue is stuck since it last moved by a `step`, or as a whole if it was shorter: who reads a byte now and then
// stays in place, and who reads much, but is never up to date, does not.
// Invariant: unfinished_bytes() is the sum of what the holders were last said to hold; who holds nothing is in no line.

#include <cstddef>

#include "engine/waiting_line.hpp"

namespace pushwire::engine {

/// What a connection lends to the bounds, as long as it is stuck or holds something unfinished.
struct memory_holder {
    struct stuck_place : waiting_line::place {
        memory_holder& holder;
        explicit stuck_place(memory_holder& of) : holder{of} {}
        std::size_t to_move = 0;  // bytes of the queue until it counts as moved
        std::size_t beside = 0;   // bytes that wait beside the queue
    };
    struct unfinished_place : waiting_line::place {
        memory_holder& holder;
        explicit unfinished_place(memory_holder& of) : holder{of} {}
        std::size_t bytes = 0;
    };
    stuck_place stuck{*this};
    unfinished_place unfinished{*this};

    [[nodiscard]] bool waits() const { return stuck.waits() || unfinished.waits(); }
};

class memory_bounds {
  public:
    /// 64 KiB: little for a peer that reads, much for one that only pretends to.
    static constexpr std::size_t step = std::size_t{64} << 10;

    memory_bounds(std::size_t max_backlogs, std::size_t max_unfinished)
        : max_backlogs_{max_backlogs}, max_unfinished_{max_unfinished} {}

    // --- queues

    [[nodiscard]] bool is_too_much_queued(std::size_t lent_bytes) const {
        return lent_bytes + beside_ > max_backlogs_;
    }
    /// The stream has taken `taken` bytes now, and of the rest, `left` bytes, none.
    void stuck(memory_holder& who, std::size_t taken, std::size_t left, net::time_point now);
    void not_stuck(memory_holder& who);
    /// What waits for it elsewhere than in the blocks lent, in bytes, until it is not stuck: encrypted, say.
    void queued_beside(memory_holder& who, std::size_t bytes);
    [[nodiscard]] std::size_t beside_bytes() const { return beside_; }
    /// Goes to the end of the line, though nothing moved.
    void stuck_anew(memory_holder& who, net::time_point now) { stuck_.join(who.stuck, now); }
    /// Whose queue has been stuck longest, or null.
    [[nodiscard]] memory_holder* longest_stuck() const;

    // --- unfinished

    /// It holds `bytes` now, and the last byte that came from its peer came at `last_byte`.
    void unfinished(memory_holder& who, std::size_t bytes, net::time_point last_byte, net::time_point now);
    [[nodiscard]] std::size_t unfinished_bytes() const { return unfinished_bytes_; }
    [[nodiscard]] bool is_too_much_unfinished() const { return unfinished_bytes_ > max_unfinished_; }
    /// Who holds something unfinished, and has waited longest for a byte; or null.
    [[nodiscard]] memory_holder* longest_unfinished() const;

    void forget(memory_holder& who);

  private:
    std::size_t max_backlogs_;
    std::size_t max_unfinished_;
    std::size_t beside_ = 0;
    std::size_t unfinished_bytes_ = 0;
    waiting_line stuck_;
    waiting_line unfinished_;
};

}  // namespace pushwire::engine
