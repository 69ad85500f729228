#pragma once
// A count that one thread keeps and any thread may read: as cheap as a plain integer.

#include <atomic>
#include <cstdint>

namespace pushwire::base {

class counter {
  public:
    /// Only its owner's thread.
    [[gnu::always_inline]] void add(std::uint64_t n = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// An amount that one thread keeps, and any thread may read.
class gauge {
  public:
    /// Only its owner's thread.
    void set(std::uint64_t amount) noexcept { value_.store(amount, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace pushwire::base
