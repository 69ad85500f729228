#include <pushwire/protocol/publication.hpp>

#include "protocol/codecs.hpp"

namespace pushwire::protocol {

const block_ref& publication::frame_for(const session& receiver) {
    const auto agreed = receiver.deflate();
    if (!agreed.in_use || data_.size() < settings_->compression.threshold) return plain();

    auto& compressed = compressed_[agreed.server_window_bits];
    if (compressed) return compressed;
    // Without a final block, so that those can take it too who keep context.
    const auto payload = (*settings_->codecs)
                             ->compressor.deflate(data_, {.level = settings_->compression.level,
                                                          .window_bits = agreed.server_window_bits});
    compressed = payload.empty() ? plain() : encode_message(*blocks_, type_, payload, true);
    return compressed;
}

const block_ref& publication::plain() {
    if (!plain_) plain_ = encode_message(*blocks_, type_, data_);
    return plain_;
}

}  // namespace pushwire::protocol
