#pragma once
// The only source of chance in a history: everything that could go one way or another is drawn from it, so the seed is
// all there is to know.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

namespace pushwire::sim {

class random {
  public:
    explicit random(std::uint64_t seed) : state_{seed} {}

    /// splitmix64: small, and good enough to choose by.
    std::uint64_t next() {
        auto z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// 0 to n-1.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    /// `least` to `most`, both included.
    template <class Number>
    Number between(Number least, Number most) {
        return least + static_cast<Number>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    template <class Rep, class Period>
    std::chrono::duration<Rep, Period> between(std::chrono::duration<Rep, Period> least,
                                               std::chrono::duration<Rep, Period> most) {
        return std::chrono::duration<Rep, Period>{between(least.count(), most.count())};
    }
    bool percent(unsigned chance) { return below(100) < chance; }
    template <class Value>
    Value pick(std::initializer_list<Value> from) {
        return from.begin()[below(from.size())];
    }
    template <class Range>
    auto& pick_of(Range& from) {
        return from[below(from.size())];
    }
    template <class Range>
    void shuffle(Range& all) {
        for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[below(i)]);
    }
    /// For a part of its own, so that what one part draws does not shift what another draws.
    random branch() { return random{next()}; }

  private:
    std::uint64_t state_;
};

}  // namespace pushwire::sim
