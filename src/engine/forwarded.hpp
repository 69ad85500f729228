#pragma once
// For whom a proxy speaks, as it says in X-Forwarded-For.

#include <pushwire/request.hpp>

#include "net/address_set.hpp"

namespace pushwire::engine {

/// The client behind `peer`: `peer` itself if it is not trusted; else the rightmost address in X-Forwarded-For that is
/// not a trusted proxy's, since what stands left of it was written by whoever that is. If all are trusted, or one cannot
/// be read, the last that was. Its port is 0 where the proxy names none.
[[nodiscard]] net::address client_behind(const net::address& peer, const header_fields& headers,
                                         const net::address_set& trusted);

}  // namespace pushwire::engine
