#pragma once
// Listening sockets: made, bound and named. Set-up only, so failures throw, with a text that says how to mend them.

#include <memory>
#include <vector>

#include "net/address.hpp"

namespace pushwire::net {

/// Owns a file descriptor.
class unique_descriptor {
  public:
    unique_descriptor() = default;
    explicit unique_descriptor(int descriptor) : descriptor_{descriptor} {}
    unique_descriptor(unique_descriptor&& other) noexcept : descriptor_{other.release()} {}
    unique_descriptor& operator=(unique_descriptor&& other) noexcept;
    ~unique_descriptor();

    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] explicit operator bool() const { return descriptor_ >= 0; }
    int release();

  private:
    int descriptor_ = -1;
};

struct listen_options {
    /// How many sockets share the port, one for each worker (SO_REUSEPORT); 1 sets no SO_REUSEPORT. A Unix socket is
    /// always one, shared by all.
    unsigned count = 1;
    int backlog = 4096;
    /// Bind at once with SO_REUSEPORT, so that a running server's port can be taken over. Otherwise the port is first
    /// bound without it, so that a port in use is an error.
    bool takeover = false;
};

/// Bound and listening sockets for one endpoint.
struct listening {
    endpoint where;  ///< with the port that was really bound
    std::vector<unique_descriptor> sockets;  ///< `count` of them; one for a Unix path
};

/// Throws pushwire::setup_error: "port 9502 on 0.0.0.0 is in use: stop the other server, or choose another --port".
/// A Unix path left behind by a dead server is removed; one that answers is in use.
[[nodiscard]] listening listen(const endpoint& where, const listen_options& options);

}  // namespace pushwire::net
