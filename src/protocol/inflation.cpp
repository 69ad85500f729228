#include "protocol/inflation.hpp"

#include <algorithm>
#include <limits>

#include "protocol/codecs.hpp"

namespace pushwire::protocol {
namespace {

// A block of one byte, and the empty block of a flush, take at most so many bytes.
constexpr std::uint64_t most_for_a_byte = 16;
// And so many may come for nothing: the codes of a block, empty blocks.
constexpr std::uint64_t for_nothing = 1024;
// Looked at where these bytes end, so that the finding does not depend on the cuts.
constexpr std::uint64_t look_after = 4096;

constexpr auto no_bound = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void inflation::return_to_lender::operator()(inflater* lent) const noexcept {
    (*lender)->give_back(std::unique_ptr<inflater>{lent});
}

inflation::inflation(codec_pool& lender, std::span<const std::byte> history, std::size_t most)
    : inflater_{lender->lend_inflater().release(), {&lender}},
      most_{std::min<std::uint64_t>(most, no_bound / 2)} {
    inflater_->begin(history);
}

std::uint64_t inflation::most_on_wire(std::size_t most) {
    const std::uint64_t size = most;
    if (size > (no_bound - for_nothing) / (most_for_a_byte + 1)) return no_bound;
    return for_nothing + size * (most_for_a_byte + 1);
}

inflation::outcome inflation::inflate(std::span<const std::byte>& from, std::span<std::byte>& to) {
    do {
        const auto until_look = static_cast<std::size_t>(look_after - received_ % look_after);
        auto piece = from.first(std::min(from.size(), until_look));
        const auto given = piece.size();
        const auto room = to.size();
        const auto said = inflater_->inflate(piece, to);
        const auto taken = given - piece.size();
        from = from.subspan(taken);
        received_ += taken;
        inflated_ += room - to.size();
        (*inflater_.get_deleter().lender)->inflated += room - to.size();
        if (said == inflater::outcome::broken) return outcome::broken;
        if (said == inflater::outcome::needs_room) return outcome::needs_room;
        const bool look = received_ % look_after == 0 && received_ > for_nothing + most_;
        if (look && (received_ - for_nothing - most_) / most_for_a_byte > inflated_) {
            return outcome::yields_too_little;
        }
    } while (!from.empty());
    return outcome::needs_input;
}

inflation::outcome inflation::finish(std::span<std::byte>& to) {
    const auto said = inflater_->finish(to);
    if (said == inflater::outcome::needs_room) return outcome::needs_room;
    return said == inflater::outcome::complete ? outcome::complete : outcome::broken;
}

}  // namespace pushwire::protocol
