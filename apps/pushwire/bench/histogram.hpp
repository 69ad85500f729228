#pragma once
// How often each latency came, in buckets that widen with the latency: every value is kept to three significant
// digits, whatever its size, in constant memory and without a branch that depends on it (an HDR histogram).
//
//     below 2048 ns     a bucket for each nanosecond
//     above             1024 buckets for each doubling: at most 0.1 % wide
//     an hour           the last bucket; what took longer counts as an hour

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pushwire::bench {

class histogram {
  public:
    static constexpr std::uint64_t most = 3'600'000'000'000;  ///< nanoseconds

    histogram() : counts_(index_of(most) + 1) {}

    void record(std::uint64_t latency) {
        const auto value = std::min(latency, most);
        ++counts_[index_of(value)];
        ++count_;
        least_ = std::min(least_, value);
        greatest_ = std::max(greatest_, value);
    }

    void add(const histogram& other);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// Exact. 0 of nothing.
    [[nodiscard]] std::uint64_t min() const { return count_ ? least_ : 0; }
    [[nodiscard]] std::uint64_t max() const { return greatest_; }

    /// What at least `fraction` (0 to 1) of the values do not exceed: the upper end of the bucket, so at most 0.1 %
    /// too large, and never above max(). 0 of nothing.
    [[nodiscard]] std::uint64_t value_at(double fraction) const;

  private:
    static constexpr int digits = 11;                        // a bucket for each of 2^11 values, and then
    static constexpr std::size_t half = 1U << (digits - 1);  // as many for each doubling

    static constexpr std::size_t index_of(std::uint64_t value) {
        const auto shift =
            static_cast<std::size_t>(std::max(static_cast<int>(std::bit_width(value)) - digits, 0));
        return half * shift + static_cast<std::size_t>(value >> shift);
    }
    static constexpr std::uint64_t last_of(std::size_t index) {
        if (index < 2 * half) return index;
        const auto shift = index / half - 1;
        return ((static_cast<std::uint64_t>(index - half * shift) + 1) << shift) - 1;
    }

    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t least_ = most;
    std::uint64_t greatest_ = 0;
};

}  // namespace pushwire::bench
