#pragma once
// One connection through the simulated network: two pipes of limited capacity, each of which delivers in order, late, and
// in pieces of its own choosing.
//
//   client -- send --> [ in transit .... | arrived ] -- receive --> server        and the same the other way
//
// It ends as TCP does: `shut` ends one direction after what was sent; `close` with bytes that were not read, or that come
// later, makes a reset, which destroys what its receiver has not read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "sim/schedule.hpp"

namespace pushwire::sim {

enum class side : std::uint8_t { client, server };
[[nodiscard]] constexpr side other(side of) {
    return of == side::client ? side::server : side::client;
}

/// How a link carries bytes.
struct link_habits {
    duration least_delay{};
    duration most_delay{};
    std::size_t capacity = 65'536;      ///< bytes sent and not read, each way
    std::size_t usual_piece = 16'384;   ///< bytes
    unsigned small_pieces_percent = 0;  ///< how often a piece has but a few bytes
};

class link {
  public:
    link(schedule& clock, random chance, const link_habits& habits)
        : clock_{clock}, chance_{chance}, habits_{habits} {}
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    /// Told whenever a side may find something new to do. It only makes a note of it.
    std::function<void(side)> on_news = [](side) {};

    // --- what a side does, as with a socket

    /// Takes as much as there is room for.
    std::size_t send(side from, std::span<const std::byte> bytes);
    [[nodiscard]] std::size_t room(side from) const;
    /// Of what has arrived.
    std::size_t receive(side at, std::span<std::byte> into);
    [[nodiscard]] std::size_t readable(side at) const { return to(at).arrived; }
    /// Everything was read, and the other side has ended.
    [[nodiscard]] bool ended(side at) const { return to(at).end_arrived && to(at).arrived == 0; }
    /// The connection broke, as this side knows.
    [[nodiscard]] bool failed(side at) const { return here(at).failed; }
    void shut(side which);
    void close(side which);
    [[nodiscard]] bool closed(side which) const { return here(which).closed; }

    // --- what the network does to it

    /// What travels to that side stays where it is until then.
    void stall(side towards, time_point until);
    /// Both sides learn of a reset.
    void reset();
    /// Nothing arrives any more, and nobody learns why.
    void vanish();
    /// Quick and roomy from now on.
    void heal();

    /// The network broke it, or swallows what it carries.
    [[nodiscard]] bool broken() const { return reset_ || vanished_; }
    [[nodiscard]] bool vanished() const { return vanished_; }
    /// That side closed with bytes unread, or got more later: what the other had not read is gone.
    [[nodiscard]] bool reset_by(side which) const { return here(which).sent_reset; }
    /// Nothing is under way.
    /// When that side last read something.
    [[nodiscard]] time_point last_received(side at) const { return here(at).last_received; }
    [[nodiscard]] time_point closed_at(side which) const { return here(which).closed_at; }
    [[nodiscard]] bool quiet() const { return pipes_[0].pieces.empty() && pipes_[1].pieces.empty(); }

  private:
    enum class kind : std::uint8_t { bytes, end, reset };
    struct piece {
        time_point when;
        kind what;
        std::size_t size;
    };
    struct direction {
        std::deque<std::byte> held;  // arrived, then in transit
        std::size_t arrived = 0;
        std::deque<piece> pieces;  // in transit
        time_point stalled_until{};
        bool expected = false;  // an event is on the schedule
        bool end_arrived = false;
    };
    struct end_state {
        bool shut = false;
        bool closed = false;
        bool failed = false;
        bool sent_reset = false;
        time_point last_received{};
        time_point closed_at = never;
    };

    [[nodiscard]] direction& to(side which) { return pipes_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] const direction& to(side which) const { return pipes_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] end_state& here(side which) { return ends_[static_cast<std::size_t>(which)]; }
    [[nodiscard]] const end_state& here(side which) const { return ends_[static_cast<std::size_t>(which)]; }
    void dispatch(side towards, kind what, std::size_t size);
    void expect(side towards);
    void arrive(side at);
    void take(side at, const piece& what);
    void answer_with_reset(side from);

    schedule& clock_;
    random chance_;
    link_habits habits_;
    std::array<direction, 2> pipes_;
    std::array<end_state, 2> ends_;
    bool reset_ = false;
    bool vanished_ = false;
};

}  // namespace pushwire::sim
