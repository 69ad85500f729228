#pragma once
// The numbers of connections: of n workers, worker w gives w+1, w+1+n, …, so the number tells who gave it.

#include <cstdint>

#include <pushwire/fd.hpp>

namespace pushwire::engine {

struct numbering {
    unsigned worker = 0;
    unsigned workers = 1;
    bool is_alone = workers == 1;  // a division for each push would be felt

    /// The one that it gives as the `ordinal`th, counted from 0.
    [[nodiscard]] fd number(std::uint64_t ordinal) const { return fd{ordinal * workers + worker + 1}; }
    /// Of a number that it gave.
    [[nodiscard]] std::uint64_t ordinal_of(fd which) const {
        return is_alone ? which.number() - 1 : (which.number() - 1) / workers;
    }
    /// Not of fd{}.
    [[nodiscard]] static unsigned worker_of(fd which, unsigned workers) {
        return static_cast<unsigned>((which.number() - 1) % workers);
    }
};

}  // namespace pushwire::engine
