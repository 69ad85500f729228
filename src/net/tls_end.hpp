#pragma once
// One end of TLS connections to be: what a tls_stream begins its own from. A server's is a tls_context, a client's a
// tls_client_end.

#include "net/tls_handles.hpp"

namespace pushwire::net {

class tls_end {
  public:
    virtual ~tls_end() = default;

    /// Of a new connection. Throws std::bad_alloc.
    [[nodiscard]] virtual tls_handle<ssl_st> open() const = 0;
    /// Whether this end speaks first.
    [[nodiscard]] virtual bool is_client() const = 0;
};

}  // namespace pushwire::net
