#pragma once
// How a client reaches a server: from a name to addresses, and from an address to a socket that connects. Neither waits.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <sys/socket.h>

#include "net/socket.hpp"

struct addrinfo;

namespace pushwire::net {

/// Where a server may be, in the system's form.
struct remote_place {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] int family() const { return storage.ss_family; }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// Of a Unix path. Throws std::invalid_argument if it is too long.
[[nodiscard]] remote_place unix_place(const std::string& path);

/// The order in which what the system has found is to be tried (RFC 8305 4): the families take turns.
[[nodiscard]] std::vector<remote_place> taking_turns(const addrinfo* found);

/// Asks the system where a host is, in a thread of its own, since its resolver cannot be told not to wait. Who does not want
/// to know any more destroys the lookup; the thread then ends when the resolver lets it, and tells nobody.
class lookup {
  public:
    /// The places in the order in which they are to be tried; none: `why` says it.
    struct outcome {
        std::vector<remote_place> places;
        std::string why;
    };
    /// Finds a host's places, and waits for them.
    using resolver = std::function<outcome(const std::string& host, std::uint16_t port)>;
    [[nodiscard]] static outcome ask_system(const std::string& host, std::uint16_t port);

    /// `told` runs once, on the lookup's thread, and does not throw. Throws std::system_error if there is no thread.
    lookup(std::string host, std::uint16_t port, std::function<void(outcome)> told,
           resolver ask = ask_system);
    ~lookup();
    lookup(const lookup&) = delete;
    lookup& operator=(const lookup&) = delete;

  private:
    struct shared;
    std::shared_ptr<shared> shared_;
};

/// A socket that is connecting, for `loop::connect`; none if that fails at once, and why.
struct connecting {
    unique_descriptor socket;
    std::error_code why;
};
[[nodiscard]] connecting begin_to_connect(const remote_place& to);

}  // namespace pushwire::net
