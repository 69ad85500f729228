#pragma once
// How a worker goes away: it closes its connections one by one, the oldest first, evenly spread over a time, and in the
// end cuts off who is left. Nothing is accepted any more from its beginning on.
//
//   begin ---- close frames, evenly ----> all are told ---- grace ----> cut
//                                                      \--> over, as soon as nobody is left
//
// The user's timers go on until every worker has told all of its own: they may serve the others' clients.
//
// Belongs to its worker's thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <pushwire/close_code.hpp>
#include <pushwire/error.hpp>
#include <pushwire/fd.hpp>

#include "net/loop.hpp"

namespace pushwire::engine {

class worker;

/// What everyone is told, and in which time.
struct farewell {
    std::chrono::milliseconds over{0};   // the close frames are spread over it; 0: all at once
    std::chrono::milliseconds grace{0};  // from the last of them until who is left is cut off
    std::uint16_t code = close_code::going_away;
    std::string reason{describe(error::shutting_down).text};
};

class departure final : public net::timer {
  public:
    explicit departure(worker& of) : worker_{of} {}
    ~departure() override;
    departure(const departure&) = delete;
    departure& operator=(const departure&) = delete;

    /// A further call can only hurry: each of the two ends moves to the earlier time. What is told stays as it was.
    void begin(const farewell& how);
    [[nodiscard]] bool begun() const { return begun_; }

    void on_expired() override;

  private:
    void tell_who_is_due();
    void arm();
    [[nodiscard]] net::time_point due(std::size_t which) const;

    worker& worker_;
    bool begun_ = false;
    bool all_told_ = false;
    std::uint16_t code_ = 0;
    std::string reason_;
    std::vector<fd> waiting_;  // who was open at the beginning, the oldest first
    std::size_t told_ = 0;     // of them
    net::time_point from_;     // the times of those that wait are spread from here
    net::time_point told_by_ = net::never;
    net::time_point cut_at_ = net::never;
};

}  // namespace pushwire::engine
