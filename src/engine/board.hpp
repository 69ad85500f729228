#pragma once
// What other threads may ask about a worker's connections: one 64-byte slot each, written by the worker at most once a
// turn and read without a lock.
//
//   word   0          1    2                                3 4      5              6               7
//          sequence   fd   port | family | open             address  connected at   last received   queued bytes
//
// Invariant: while a slot is being written its sequence is odd; a reader that sees it odd or changed reads again. Where the
// board is in memory that processes share, who writes may be killed amid it: then the slot counts as empty.

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <pushwire/fd.hpp>

#include "net/address.hpp"

namespace pushwire::engine {

class board {
  public:
    /// What changes while a connection lives.
    struct state {
        bool open = false;  ///< false: `on_close` is being told, or has been
        std::chrono::steady_clock::time_point last_received;
        std::size_t queued_bytes = 0;
    };
    struct entry {
        pushwire::fd fd;
        net::address remote;
        std::chrono::system_clock::time_point connected_at;
        state now;
    };

    /// `capacity` is a power of two. Memory is touched only where slots are used.
    explicit board(std::size_t capacity);
    /// Over `bytes_for(capacity)` of memory that is zero, or has been a board: a reader waits for its writer only so long.
    board(std::size_t capacity, std::byte* shared);

    /// For so many connections, and a fourth beside: a number whose place is taken is skipped.
    [[nodiscard]] static std::size_t capacity_for(std::size_t max_connections) {
        return std::bit_ceil(std::max<std::size_t>(max_connections + max_connections / 4, 64));
    }
    [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t capacity) {
        return capacity * sizeof(slot);
    }

    [[nodiscard]] std::size_t capacity() const { return mask_ + 1; }

    /// The owner's thread only.
    void enter(std::size_t place, const entry& what) noexcept;
    void write(std::size_t place, const state& now) noexcept;
    void clear(std::size_t place) noexcept;
    /// The same of what another has left behind, be it amid writing.
    void sweep(std::size_t place) noexcept;

    /// Any thread. nullopt if the slot is empty.
    [[nodiscard]] std::optional<entry> read(std::size_t place) const noexcept;
    /// nullopt if it is another's.
    [[nodiscard]] std::optional<entry> find(std::size_t place, pushwire::fd which) const noexcept;
    /// Appends those that are open, of the first `places`.
    void list_open(std::size_t places, std::vector<pushwire::fd>& into) const;

  private:
    struct alignas(64) slot {
        std::array<std::atomic<std::uint64_t>, 8> words;
    };
    template <class Fields>
    void change(std::size_t place, Fields&& fields) noexcept;

    struct release {
        bool is_shared;
        void operator()(slot* slots) const noexcept;
    };
    std::size_t mask_;
    std::unique_ptr<slot[], release> slots_;
};

}  // namespace pushwire::engine
