#include "protocol/history.hpp"

#include <algorithm>

namespace pushwire::protocol {

void history::append(std::span<const std::byte> said) {
    said = said.last(std::min(said.size(), most_));
    const auto stays = std::min(kept_.size(), most_ - said.size());
    kept_.erase(kept_.begin(), kept_.end() - static_cast<std::ptrdiff_t>(stays));
    const auto size = stays + said.size();
    // Doubled like any vector, but never past the window.
    if (size > kept_.capacity()) kept_.reserve(std::min(std::max(size, 2 * kept_.capacity()), most_));
    kept_.insert(kept_.end(), said.begin(), said.end());
}

}  // namespace pushwire::protocol
