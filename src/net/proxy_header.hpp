#pragma once
// The header that a proxy sends before anything else, to say for whom it speaks: the PROXY protocol, version 1 (a line of
// text) and 2 (binary), as HAProxy defines it. It is fed in pieces, looks at each byte once and in order, and refuses at
// the first byte that shows that it is none.
//
//   1   "PROXY TCP4 192.0.2.7 192.0.2.1 51234 443\r\n"     at most 107 bytes
//   2   signature (12)  version, command  family  length (2)  addresses, and what more there is
//
// What follows the addresses in version 2 (type-length-values) is skipped, not kept.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/address.hpp"

namespace pushwire::net {

class proxy_header {
  public:
    enum class state : std::uint8_t { incomplete, complete, malformed };
    struct progress {
        proxy_header::state state;
        std::size_t consumed;  ///< up to and including the byte that decided; what follows is not the proxy's
    };

    /// After another state than `incomplete` it must not be called again.
    progress receive(std::span<const std::byte> bytes);

    /// Once complete: for whom the proxy speaks. Family `none` where it speaks for itself (LOCAL, as in a health check),
    /// or does not say (UNKNOWN, UNSPEC).
    [[nodiscard]] const address& client() const { return client_; }

  private:
    state take(std::byte next);
    state take_line(char next);
    state read_line();
    state take_binary();
    state read_addresses();
    [[nodiscard]] std::string_view line() const;

    static constexpr std::size_t longest_line = 107;  // with its end
    std::array<std::byte, longest_line> kept_{};
    std::size_t size_ = 0;      // of the header so far
    std::size_t expected_ = 0;  // of a binary one, once it is known
    bool binary_ = false;
    address client_;
};

}  // namespace pushwire::net
