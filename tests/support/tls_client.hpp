#pragma once
// The test client over TLS. It asks for localhost, and believes whatever it is shown.

#include <memory>
#include <string>
#include <vector>

#include "net/tls_handles.hpp"
#include "support/test_client.hpp"

namespace pushwire::support {

class tls_client final : public testing::test_client {
  public:
    /// Connects, shakes hands, and opens at `path`; with the ticket of another's session, if there is one.
    tls_client(std::uint16_t port, std::string_view path, const tls_client* before = nullptr);

    /// Whether the server knew the session.
    [[nodiscard]] bool is_resumed() const;

    /// The DNS names of the certificate that the server showed.
    [[nodiscard]] std::vector<std::string> names_shown() const;

  private:
    std::ptrdiff_t write(std::string_view bytes) override;
    std::ptrdiff_t read(std::span<char> into) override;

    net::tls_handle<ssl_ctx_st> context_;
    net::tls_handle<ssl_st> ssl_;
};

}  // namespace pushwire::support
