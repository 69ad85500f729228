#pragma once
// A compressed message that is coming in: an inflater that is lent for it, and what its data may cost.
//
// The size that it inflates to is its receiver's to bound. Here its bytes on the wire are: they may be 17 times as many as
// that size, since a sender may flush after each byte; but they must go on yielding something, since a peer could send
// empty blocks for ever.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <pushwire/protocol/codec_pool.hpp>

#include "protocol/inflater.hpp"

namespace pushwire::protocol {

class inflation {
  public:
    /// `most`: what the message may inflate to, in bytes. It may refer back to `history`.
    inflation(codec_pool& lender, std::span<const std::byte> history, std::size_t most);

    /// What may come on the wire in all, in bytes.
    [[nodiscard]] static std::uint64_t most_on_wire(std::size_t most);

    enum class outcome : std::uint8_t { needs_input, needs_room, complete, broken, yields_too_little };
    /// As inflater::inflate and finish. What comes out does not depend on how the input is cut, nor does the outcome.
    outcome inflate(std::span<const std::byte>& from, std::span<std::byte>& to);
    outcome finish(std::span<std::byte>& to);

    /// What has come on the wire, in bytes.
    [[nodiscard]] std::uint64_t received() const { return received_; }

  private:
    struct return_to_lender {
        codec_pool* lender;
        void operator()(inflater* lent) const noexcept;
    };

    std::unique_ptr<inflater, return_to_lender> inflater_;
    std::uint64_t received_ = 0;
    std::uint64_t inflated_ = 0;
    std::uint64_t most_;
};

}  // namespace pushwire::protocol
