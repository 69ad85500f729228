#pragma once
// What a client's URL says (RFC 6455 3): where the server is, and what is asked of it.

#include <cstdint>
#include <string>
#include <string_view>

namespace pushwire::engine {

struct client_url {
    bool tls = false;
    std::string host;  ///< a name or an address, without brackets; of a Unix socket "localhost"
    std::uint16_t port = 0;
    std::string unix_path;     ///< empty: TCP
    std::string target = "/";  ///< path and query, percent-encoded

    /// As the Host field says it (RFC 6455 4.1): without the port where it is the usual one.
    [[nodiscard]] std::string authority() const;
    /// As people read it: "localhost:9502", "[::1]:9502", "unix:/run/server.sock".
    [[nodiscard]] std::string place() const;
};

/// Throws std::invalid_argument with a text that says what is wrong and how it is written.
[[nodiscard]] client_url parse_client_url(std::string_view text);

}  // namespace pushwire::engine
