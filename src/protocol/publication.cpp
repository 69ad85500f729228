#include <pushwire/protocol/publication.hpp>

#include "protocol/codecs.hpp"

namespace pushwire::protocol {

const shared_frame& publication::compressed_for(int window_bits) {
    if (data_.size() < settings_->compression.threshold) return plain();

    auto& compressed = compressed_[static_cast<std::size_t>(window_bits)];
    if (compressed.owner) return compressed;
    // Without a final block, so that those can take it too who keep context.
    const auto payload =
        (*settings_->codecs)
            ->compressor.deflate(data_, {.level = settings_->compression.level, .window_bits = window_bits});
    compressed = payload.empty() ? plain() : encode_message(*frames_, type_, payload, true);
    return compressed;
}

}  // namespace pushwire::protocol
