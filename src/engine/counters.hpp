#pragma once
// What a worker counts. It lies in the worker's own memory, or where the processes of a group share it; then it goes on where
// the member before left off. Zero bytes are counters at the beginning.

#include <array>

#include <pushwire/server.hpp>

#include "base/counter.hpp"

namespace pushwire::engine {

struct counters {
    base::counter accepted, opened, closed, refused, requests, messages_received, bytes_received,
        messages_sent, bytes_sent, pushes_refused;
    base::gauge backlog_bytes, unfinished_bytes;
    std::array<base::counter, error_count> errors;
    base::counter
        numbers_given;  // to connections: the places on the board that were used, before it wraps round

    /// `sum.errors` has room for all.
    void add_to(statistics& sum) const;
};

}  // namespace pushwire::engine
