#pragma once
// A TCP connection that never waits, with TLS over it where that is asked for. Closing it is a reset, so that no port
// of this machine stays taken for a minute (TIME_WAIT) by a connection that is gone.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/types.h>

#include "target.hpp"
#include "tls.hpp"

namespace pushwire::bench {

enum class transfer_status : unsigned char {
    done,   ///< some bytes, at least one
    later,  ///< the socket has to become ready first
    ended,  ///< the peer will send no more
    failed,
};

struct transfer {
    transfer_status status = transfer_status::later;
    std::size_t bytes = 0;
};

class stream {
  public:
    stream() = default;
    /// Begins to connect. On loopback, connections of numbers beyond some 20,000 come from other addresses, since one
    /// has no more ports. Throws failure.
    stream(const address& to, std::size_t number);
    ~stream() { close(); }
    stream(stream&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}, tls_{std::move(other.tls_)}, read_again_{other.read_again_} {}
    stream& operator=(stream&& other) noexcept;

    [[nodiscard]] int descriptor() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

    /// Whether connecting came to an end, once the socket is ready: 0, or the error.
    [[nodiscard]] int connect_error() const;
    void start_tls(const tls_client& with) { tls_ = with.start(fd_); }
    /// Goes on with the handshake of TLS: done; later, when the socket is ready (`wants_write` says for what); failed.
    [[nodiscard]] transfer_status handshake();
    [[nodiscard]] bool wants_write() const;

    // Inline, as is what calls them: a return soon after a system call is seldom predicted, and costs as much as all
    // that is computed between two of them.
    [[nodiscard]] transfer read(std::span<std::byte> into) {
        if (tls_) [[unlikely]]
            return read_tls(into);
        const ssize_t received = recv(fd_, into.data(), into.size(), 0);
        if (received > 0) [[likely]]
            return {transfer_status::done, static_cast<std::size_t>(received)};
        return {received == 0 ? transfer_status::ended : status_of_errno(), 0};
    }
    [[nodiscard]] transfer write(std::span<const std::byte> from) {
        if (tls_) [[unlikely]]
            return write_tls(from);
        const ssize_t sent = send(fd_, from.data(), from.size(), MSG_NOSIGNAL);
        if (sent >= 0) [[likely]]
            return {transfer_status::done, static_cast<std::size_t>(sent)};
        return {status_of_errno(), 0};
    }
    /// After a read: more may be there although the socket does not say so, as TLS reads ahead.
    [[nodiscard]] bool read_again() const { return read_again_; }
    /// After a call that failed.
    [[nodiscard]] std::string why() const;

    void close();

  private:
    static transfer_status status_of_errno() {
        return errno == EAGAIN || errno == EINTR ? transfer_status::later : transfer_status::failed;
    }
    transfer read_tls(std::span<std::byte> into);
    transfer write_tls(std::span<const std::byte> from);
    transfer result_of_tls(int result) const;

    int fd_ = -1;
    ssl_pointer tls_;
    bool read_again_ = false;
};

}  // namespace pushwire::bench
