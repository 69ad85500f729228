#pragma once
// Status codes of the closing handshake (RFC 6455 7.4, and the IANA registry for 1012 to 1014).

#include <cstdint>

/// A close code is a plain number, since applications define their own from 4000 to 4999.
namespace pushwire::close_code {

inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t no_status = 1005;  ///< never on the wire: the close frame had no code
inline constexpr std::uint16_t abnormal = 1006;   ///< never on the wire: no close frame came
inline constexpr std::uint16_t invalid_payload = 1007;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t message_too_big = 1009;
inline constexpr std::uint16_t mandatory_extension = 1010;
inline constexpr std::uint16_t internal_error = 1011;
inline constexpr std::uint16_t service_restart = 1012;
inline constexpr std::uint16_t try_again_later = 1013;
inline constexpr std::uint16_t bad_gateway = 1014;
inline constexpr std::uint16_t tls_handshake = 1015;  ///< never on the wire

/// Whether a close frame may carry `code` (RFC 6455 7.4.1, 7.4.2): 1000 to 1003, 1007 to 1014, 3000 to 4999.
/// The same codes are valid to receive.
[[nodiscard]] constexpr bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace pushwire::close_code
