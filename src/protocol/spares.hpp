#pragma once
// What a pool lends beside blocks: objects that one connection after another needs for a short while.

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <pushwire/protocol/output.hpp>
#include <pushwire/protocol/session.hpp>

#include "protocol/activity.hpp"

namespace pushwire::protocol {

/// Lends objects as they are after `reset`, and keeps so many for reuse. The last one given back goes first, since it is in
/// the cache.
template <class T, std::size_t max_kept>
class recycler {
  public:
    recycler() { kept_.reserve(max_kept); }  // so that giving back never allocates

    [[nodiscard]] T* take() {
        if (kept_.empty()) return new T;
        auto* const taken = kept_.back().release();
        kept_.pop_back();
        return taken;
    }
    void give_back(T* returned) noexcept {
        if (kept_.size() != max_kept) returned->reset();
        give_back_reset(returned);
    }
    /// One that is already as after `reset`.
    void give_back_reset(T* returned) noexcept {
        std::unique_ptr<T> owned{returned};
        if (kept_.size() != max_kept) kept_.push_back(std::move(owned));
    }

  private:
    std::vector<std::unique_ptr<T>> kept_;
};

struct block_pool::spares {
    recycler<output::queue, 1024> queues;  // a publication needs one for each of its receivers
    recycler<session::activity, 64> activities;
};

}  // namespace pushwire::protocol
