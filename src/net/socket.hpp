#pragma once
// Listening sockets: made, bound and named. Set-up only, so failures throw, with a text that says how to mend them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

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
    /// Bind at once with SO_REUSEPORT, so that the port of a running server that set it too (it was started with
    /// `takeover` or a `count` above 1) can be taken over; the path of a Unix socket is taken in any case. Otherwise the
    /// port is first bound without it, so that a port in use is an error.
    bool takeover = false;
};

/// A Unix socket in the file system: removed in the end, unless something else has come to its place. Only the process that
/// made it does so, and none that was forked.
class socket_file {
  public:
    socket_file() = default;
    /// Of the socket that has just been bound at `path`.
    explicit socket_file(std::string path);
    socket_file(socket_file&& other) noexcept { *this = std::move(other); }
    socket_file& operator=(socket_file&& other) noexcept;
    ~socket_file();

    /// In one step, so that there is always a socket at `path` if there was one. Throws pushwire::setup_error.
    void move_to(const std::string& path);

  private:
    std::string path_;  // empty: none
    std::uint64_t device_ = 0;
    std::uint64_t inode_ = 0;
    pid_t made_by_ = 0;
};

/// The sockets of one endpoint.
struct listening {
    endpoint where;                          ///< with the port that was really bound
    std::vector<unique_descriptor> sockets;  ///< `count` of them; one for a Unix path
    socket_file file;                        ///< with `takeover` it is at the path only once it is `open`
};

/// A host name is resolved here; of its addresses the first IPv4 one is taken, else the first. "*" is every address of the
/// machine, and so is "::" (IPv4 clients included), whatever the system's setting for IPV6_V6ONLY.
/// Throws pushwire::setup_error: "port 9502 on 0.0.0.0 is in use: stop the other server, or choose another port".
/// A Unix path left behind by a dead server is removed; one that answers is in use. What is in use is asked for again for
/// half a second, since a server that is dead may not be gone yet.
///
/// Until it is `open`, a server that is to be taken over keeps all of its clients. Only at a Unix path that was free may some
/// come before: they wait.
[[nodiscard]] listening bind(const endpoint& where, const listen_options& options);

/// From now on clients come. Skips who has no descriptor, as in a simulation. Throws pushwire::setup_error.
void open(listening& which);

/// Closes the sockets, and removes the Unix path.
void close(listening& which) noexcept;

}  // namespace pushwire::net
