#include <algorithm>
#include <cstdlib>

#include <pushwire/protocol/spare_buffers.hpp>

namespace pushwire::protocol {

spare_buffers::~spare_buffers() {
    while (count_ != 0) std::free(remove(count_ - 1).bytes);
}

spare_buffers::buffer spare_buffers::take(std::size_t at_least, std::size_t at_most) noexcept {
    auto best = count_;
    for (std::size_t i = 0; i < count_; ++i) {
        const auto size = kept_[i].size;
        if (size < at_least || size > at_most) continue;
        if (best == count_ || size >= kept_[best].size) best = i;
    }
    return best == count_ ? buffer{} : remove(best);
}

void spare_buffers::give_back(buffer returned) noexcept {
    if (returned.size < least || returned.size > most_kept) return std::free(returned.bytes);
    while (bytes_ + returned.size > most_kept) std::free(remove(0).bytes);
    kept_[count_++] = returned;
    bytes_ += returned.size;
}

spare_buffers::buffer spare_buffers::remove(std::size_t i) noexcept {
    const auto removed = kept_[i];
    std::shift_left(kept_.data() + i, kept_.data() + count_, 1);
    --count_;
    bytes_ -= removed.size;
    return removed;
}

}  // namespace pushwire::protocol
