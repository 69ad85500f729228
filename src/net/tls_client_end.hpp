#pragma once
// A client's end of TLS connections to one host: whom it believes, what it shows. Made once, and then only looked at.

#include <string>

#include <pushwire/tls.hpp>

#include "net/tls_end.hpp"

namespace pushwire::net {

class tls_client_end final : public tls_end {
  public:
    /// `host`: a name or an address, which the server's certificate must be for (RFC 9110 4.3.4); a name is sent along (SNI,
    /// RFC 6066 3). Throws setup_error, whose text names the file that it could not use.
    tls_client_end(const tls_client_options& with, const std::string& host);

    [[nodiscard]] tls_handle<ssl_st> open() const override;
    [[nodiscard]] bool is_client() const override { return true; }

  private:
    std::string host_;
    bool host_is_address_;
    bool verifies_;
    tls_handle<ssl_ctx_st> context_;
};

}  // namespace pushwire::net
