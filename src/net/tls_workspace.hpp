#pragma once
// What the TLS streams of one loop borrow from its thread while they are at work, so that an idle one owns no buffer:
// where OpenSSL reads ciphertext from (the loop's receive buffer, borrowed), where it writes ciphertext to, and room for
// plaintext on its way in or out.
//
//   loop's buffer --input--> [ OpenSSL ] --received--> the stream above
//            loop <--output- [ OpenSSL ] <--record---- the stream above
//
// Belongs to one thread. Each use begins and ends within one call of a stream.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "net/tls_handles.hpp"

namespace pushwire::net {

class tls_workspace {
  public:
    /// The most plaintext that a record carries (RFC 8446 5.1).
    static constexpr std::size_t max_record = std::size_t{16} << 10;

    tls_workspace() = default;
    tls_workspace(const tls_workspace&) = delete;
    tls_workspace& operator=(const tls_workspace&) = delete;

    /// OpenSSL's end of it, for one stream: reads `input`, and says "not yet" at its end; appends to `output`.
    [[nodiscard]] tls_handle<bio_st> make_bio();

    std::span<const std::byte> input;
    std::vector<std::byte> output;
    /// As much as comes of one full read of a loop.
    std::array<std::byte, std::size_t{68} << 10> received;
    std::array<std::byte, max_record> record;
};

}  // namespace pushwire::net
