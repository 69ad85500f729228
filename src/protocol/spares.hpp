#pragma once
// What a pool lends beside blocks: objects that one connection after another needs for a short while.

#include <memory>
#include <utility>
#include <vector>

#include <pushwire/protocol/output.hpp>
#include <pushwire/protocol/session.hpp>

#include "protocol/activity.hpp"

namespace pushwire::protocol {

/// Lends objects as they are when new. The last one given back goes first, since it is in the cache.
template <class T>
class recycler {
  public:
    recycler() { kept_.reserve(block_pool::max_kept); }  // so that giving back never allocates

    [[nodiscard]] T* take() {
        if (kept_.empty()) return new T;
        auto* const taken = kept_.back().release();
        kept_.pop_back();
        return taken;
    }
    void give_back(T* returned) noexcept {
        std::unique_ptr<T> owned{returned};
        if (kept_.size() == kept_.capacity()) return;
        *owned = T{};
        kept_.push_back(std::move(owned));
    }

  private:
    std::vector<std::unique_ptr<T>> kept_;
};

struct block_pool::spares {
    recycler<output::queue> queues;
    recycler<session::activity> activities;
};

}  // namespace pushwire::protocol
