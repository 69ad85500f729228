#pragma once
// What a URL says of the server: how it is spoken to, where it is, and what is asked of it.

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace pushwire::bench {

struct target {
    std::string url;  ///< as it was given
    bool websocket = true;
    bool tls = false;
    std::string host;  ///< a name or an address, without brackets
    std::uint16_t port = 0;
    std::string path;  ///< with its query; of a WebSocket

    /// As the field Host says it, and as people read it: "localhost:9502", "[::1]:9502".
    [[nodiscard]] std::string authority() const;
};

/// ws://HOST[:PORT][/PATH], wss://…, tcp://HOST:PORT. Throws usage_error.
[[nodiscard]] target parse_target(std::string_view url);

struct address {
    sockaddr_storage storage{};
    socklen_t length = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    /// 127.0.0.0/8, where a client has a whole network of addresses of its own.
    [[nodiscard]] bool is_ipv4_loopback() const;
};

/// The first of the target's addresses that somebody listens on; where there is only one, without trying. Waits up to
/// five seconds for each. Throws failure.
[[nodiscard]] address resolve(const target& to);

}  // namespace pushwire::bench
