#include <utility>

#include <pushwire/protocol/codec_pool.hpp>

#include "protocol/codecs.hpp"

namespace pushwire::protocol {

codec_pool::codec_pool() : content_{std::make_unique<content>()} {}

codec_pool::~codec_pool() = default;

std::unique_ptr<inflater> codec_pool::content::lend_inflater() {
    if (kept_.empty()) {
        kept_.reserve(max_kept);  // so that giving back never allocates
        return std::make_unique<inflater>();
    }
    auto lent = std::move(kept_.back());
    kept_.pop_back();
    return lent;
}

std::span<std::byte> codec_pool::content::part_room() {
    if (part_room_.empty()) part_room_.resize(part_size);
    return part_room_;
}

void codec_pool::content::give_back(std::unique_ptr<inflater> lent) noexcept {
    if (kept_.size() < max_kept) kept_.push_back(std::move(lent));
}

}  // namespace pushwire::protocol
