#pragma once
// Who waits, in the order in which they began to: a list of places that lie in their owners, so that joining, leaving and
// asking for the first cost the same for any number. Invariant: `since` does not decrease from the first to the last.

#include "net/loop.hpp"

namespace pushwire::engine {

class waiting_line {
  public:
    class place {
      public:
        place() = default;
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        ~place();

        [[nodiscard]] bool waits() const { return line_ != nullptr; }
        [[nodiscard]] net::time_point since() const { return since_; }

      private:
        friend class waiting_line;
        waiting_line* line_ = nullptr;
        place* before_ = nullptr;
        place* after_ = nullptr;
        net::time_point since_{};
    };

    waiting_line() = default;
    waiting_line(const waiting_line&) = delete;
    waiting_line& operator=(const waiting_line&) = delete;

    /// Goes to the end of the line, also from within it.
    void join(place& which, net::time_point now);
    void leave(place& which);
    /// Who has waited longest, or null.
    [[nodiscard]] place* first() const { return first_; }

  private:
    place* first_ = nullptr;
    place* last_ = nullptr;
};

}  // namespace pushwire::engine
