#pragma once
// The negotiation of permessage-deflate (RFC 7692 5, 7.1), as pure code over parsed header fields. It compresses nothing.

#include <optional>
#include <span>
#include <string>

#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/protocol/session.hpp>

#include "protocol/token_list.hpp"

namespace pushwire::protocol {

/// What a server need keep of the extensions offered. There are four parameters: an offer with five has one that is unknown
/// or comes twice, and is declined whatever else it has.
inline constexpr extension_filter deflate_offers{.name = "permessage-deflate", .most_parameters = 5};

/// What a server agrees to, and how it says so.
struct accepted_offer {
    deflate_agreement agreement;
    std::string response;  ///< an element of Sec-WebSocket-Extensions
};

/// Server: the first of the `offers` that is permessage-deflate and can be accepted. One with a parameter that is unknown,
/// comes twice or has a bad value is declined (RFC 7692 7: "MUST decline").
[[nodiscard]] std::optional<accepted_offer> accept_offer(const compression& ours,
                                                         std::span<const extension> offers);

/// Client: what it offers, an element of Sec-WebSocket-Extensions.
[[nodiscard]] std::string deflate_offer(const compression& ours);

/// Client, after `deflate_offer`: whether the server's list of extensions is an answer to it (RFC 7692 7.1). `error::none`:
/// it is, and `agreement` says what holds.
[[nodiscard]] error judge_answer(const compression& ours, std::span<const extension> answer,
                                 deflate_agreement& agreement);

}  // namespace pushwire::protocol
