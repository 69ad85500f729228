#pragma once
// Ways to cut an input into pieces: whole, byte by byte, and at random places from a seed. What a parser tells must not
// depend on them.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pushwire::tests {

using pieces = std::vector<std::string_view>;

inline std::vector<pieces> cuttings(std::string_view input, int at_random = 8) {
    std::vector<pieces> all{{input}, {}};
    for (std::size_t i = 0; i < input.size(); ++i) all.back().push_back(input.substr(i, 1));
    for (int seed = 1; seed <= at_random; ++seed) {
        std::mt19937 random{static_cast<std::uint32_t>(seed)};
        const auto longest = std::max<std::size_t>(2, input.size() / static_cast<std::size_t>(seed));
        auto& cut = all.emplace_back();
        for (auto rest = input; !rest.empty();) {
            const auto length = std::min<std::size_t>(1 + random() % longest, rest.size());
            cut.push_back(rest.substr(0, length));
            rest.remove_prefix(length);
        }
    }
    return all;
}

template <class Verdict>
struct fed {
    Verdict verdict;
    std::size_t consumed;  ///< of all pieces
    friend bool operator==(const fed&, const fed&) = default;
};

/// Calls `receive(std::string_view)`, which returns {verdict, consumed}, for one piece after the other while it says
/// `incomplete`. Each piece lives only as long as the call, so that a sanitizer sees a view that outlives it.
template <class Verdict, class Receive>
fed<Verdict> feed(const pieces& cut, Verdict incomplete, Receive&& receive) {
    fed<Verdict> all{incomplete, 0};
    for (const auto piece : cut) {
        const std::vector<char> bytes(piece.begin(), piece.end());
        const auto [verdict, consumed] = receive(std::string_view{bytes.data(), bytes.size()});
        all.verdict = verdict;
        all.consumed += consumed;
        if (verdict != incomplete) break;
        EXPECT_EQ(consumed, piece.size()) << "incomplete, yet not all was taken";
    }
    return all;
}

}  // namespace pushwire::tests
