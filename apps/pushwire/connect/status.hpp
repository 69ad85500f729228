#pragma once
// The exit status of `pushwire connect`, which its --help lists.

#include <pushwire/error.hpp>

namespace pushwire::connect {

enum status : int {
    done = 0,   ///< closed in an ordinary way
    ended = 1,  ///< the connection ended otherwise
    // 2: a wrong option
    host_unknown = 3,
    nobody_there = 4,
    took_too_long = 5,
    certificate_expired = 6,
    certificate_name = 7,
    certificate_untrusted = 8,
    tls_failed = 9,
    http_status = 10,
    no_opening_handshake = 11,
};

/// Of an attempt that led to no open connection.
[[nodiscard]] constexpr status status_of(error why) {
    switch (why) {
        case error::host_unknown:
            return host_unknown;
        case error::connect_failed:
            return nobody_there;
        case error::connect_timeout:
        case error::handshake_timeout:
            return took_too_long;
        case error::certificate_expired:
            return certificate_expired;
        case error::certificate_name:
            return certificate_name;
        case error::certificate_untrusted:
            return certificate_untrusted;
        case error::server_without_tls:
        case error::tls_handshake_failed:
        case error::tls_broken:
            return tls_failed;
        case error::response_status:
            return http_status;
        default:
            return no_opening_handshake;
    }
}

}  // namespace pushwire::connect
