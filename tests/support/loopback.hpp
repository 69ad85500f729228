#pragma once
// Where a test's own server is.

#include <cstdint>

#include <netinet/in.h>

#include "net/connecting.hpp"

namespace pushwire::support {

/// A port of 127.0.0.1.
inline net::remote_place loopback(std::uint16_t port) {
    net::remote_place place;
    auto& to = reinterpret_cast<sockaddr_in&>(place.storage);
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    place.size = sizeof to;
    return place;
}

}  // namespace pushwire::support
