#pragma once
// How connections are made: where to, over what, and with which requests, all of them encoded before the clock starts.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "settings.hpp"
#include "stream.hpp"
#include "target.hpp"
#include "tls.hpp"

namespace pushwire::bench {

/// An opening handshake (RFC 6455 4.1): the request, and the Sec-WebSocket-Accept that answers its key.
struct opening_request {
    std::string bytes;
    std::string accept;
};

class connector {
  public:
    /// Looks the host up. `with` must outlive it. Throws failure.
    explicit connector(const bench::settings& with);

    [[nodiscard]] const bench::settings& settings() const { return *with_; }
    [[nodiscard]] stream connect(std::size_t number) const { return stream{address_, number}; }
    /// Null if there is none to be done.
    [[nodiscard]] const tls_client* tls() const { return tls_ ? &*tls_ : nullptr; }
    /// Null for a raw connection. After some thousand requests the first comes again.
    [[nodiscard]] const opening_request* request(std::size_t number) const {
        return requests_.empty() ? nullptr : &requests_[number % requests_.size()];
    }

  private:
    const bench::settings* with_;
    address address_;
    std::optional<tls_client> tls_;
    std::vector<opening_request> requests_;
};

}  // namespace pushwire::bench
