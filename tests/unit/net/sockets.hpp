#pragma once
// Pairs of connected sockets, and what a peer does with its end.

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/socket.hpp"

namespace pushwire::net {

/// Reading from the peer's end, and writing to it, waits; but not for ever, so that a broken test fails.
struct socket_pair {
    unique_descriptor ours;
    unique_descriptor peer;
};

inline void wait_at_most_20_s(const unique_descriptor& which) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(which.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(which.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

inline socket_pair unix_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::runtime_error("socketpair");
    socket_pair made{unique_descriptor{ends[0]}, unique_descriptor{ends[1]}};
    wait_at_most_20_s(made.peer);
    return made;
}

/// A client's blocking socket, connected to the port on 127.0.0.1.
inline unique_descriptor connect_to(std::uint16_t port) {
    unique_descriptor client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    if (!client || ::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        throw std::runtime_error("connect");
    }
    wait_at_most_20_s(client);
    return client;
}

inline listening listen(const endpoint& where, const listen_options& options) {
    auto made = bind(where, options);
    open(made);
    return made;
}

inline socket_pair tcp_pair() {
    const listening server = listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    unique_descriptor client = connect_to(server.where.port);
    // It is connected, so it is in the queue, or will be in a moment.
    pollfd waiting{.fd = server.sockets.front().get(), .events = POLLIN, .revents = 0};
    ::poll(&waiting, 1, 10'000);
    unique_descriptor accepted{::accept4(waiting.fd, nullptr, nullptr, SOCK_CLOEXEC)};
    if (!accepted) throw std::runtime_error("accept4");
    return {std::move(accepted), std::move(client)};
}

inline void set_option(const unique_descriptor& which, int option, int value) {
    ::setsockopt(which.get(), SOL_SOCKET, option, &value, sizeof value);
}

inline int option_of(int descriptor, int level, int option) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(descriptor, level, option, &value, &size);
    return value;
}

inline void write_all(const unique_descriptor& to, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written < 0) throw std::runtime_error("send");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// What comes until the end, or until there are `most`.
inline std::string read_all(const unique_descriptor& from, std::size_t most = std::string::npos) {
    std::string all;
    std::string part(64 * 1024, '\0');
    while (all.size() < most) {
        const auto count = ::recv(from.get(), part.data(), std::min(part.size(), most - all.size()), 0);
        if (count < 0 && errno == EINTR) continue;  // as a ring that this thread had may cause when it goes
        if (count <= 0) break;
        all.append(part, 0, static_cast<std::size_t>(count));
    }
    return all;
}

/// Closes with a reset in place of an end.
inline void reset(unique_descriptor& which) {
    const linger none{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(which.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    which = unique_descriptor{};
}

}  // namespace pushwire::net
