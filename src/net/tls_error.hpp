#pragma once
// How a TLS connection fails, as error codes of a category of their own.

#include <cstdint>
#include <system_error>

namespace pushwire::net {

enum class tls_error : std::uint8_t {
    handshake_failed = 1,  ///< no version, cipher or certificate suits both, or it is no TLS at all
    plain_http,            ///< a plain HTTP request came; what is sent now leaves as it is
    broken,                ///< a record was changed on its way, or the peer sent an alert
    // Of a client's handshake:
    no_tls,                 ///< the server answers with something else
    certificate_expired,    ///< or it is not valid yet
    certificate_name,       ///< it is not for the host that was asked for
    certificate_untrusted,  ///< no authority that we believe vouches for it
};

[[nodiscard]] const std::error_category& tls_category() noexcept;
[[nodiscard]] std::error_code make_error_code(tls_error why) noexcept;

}  // namespace pushwire::net

template <>
struct std::is_error_code_enum<pushwire::net::tls_error> : std::true_type {};
