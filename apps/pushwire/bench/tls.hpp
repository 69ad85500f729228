#pragma once
// What TLS needs to know once for all connections: whom to trust, and what name to find in the certificate.

#include <memory>
#include <string>

#include <openssl/types.h>

#include "settings.hpp"

namespace pushwire::bench {

struct ssl_free {
    void operator()(SSL* each) const;
    void operator()(SSL_CTX* each) const;
};
using ssl_pointer = std::unique_ptr<SSL, ssl_free>;

class tls_client {
  public:
    /// Throws failure, if what is to be trusted cannot be read.
    explicit tls_client(const settings& with);

    /// TLS over a connected socket, which stays the caller's. Nothing is sent yet.
    [[nodiscard]] ssl_pointer start(int fd) const;

  private:
    std::unique_ptr<SSL_CTX, ssl_free> context_;
    std::string host_;
    bool is_address_;
};

/// Why a call of OpenSSL on `of` failed, in words; of a certificate that is not trusted, with what to do about it.
[[nodiscard]] std::string why_tls_failed(const SSL* of);

}  // namespace pushwire::bench
