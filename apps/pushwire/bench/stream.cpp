#include "stream.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <tuple>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t ports_of_an_address = 20'000;
constexpr std::uint32_t first_loopback = 0x7f00'0001;

// 127.0.0.1, 127.0.0.2 …: each has ports of its own.
void come_from_another_address(int fd, std::size_t number) {
    const auto which = static_cast<std::uint32_t>(number / ports_of_an_address);
    if (which == 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(first_loopback + which);
    // If it cannot be had, connecting says what is wrong.
    std::ignore = bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from);
}

}  // namespace

stream::stream(const address& to, std::size_t number)
    : fd_{socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
    if (fd_ < 0) throw failure{fmt::format("cannot create a socket: {}", std::strerror(errno))};
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    if (to.is_ipv4_loopback()) come_from_another_address(fd_, number);
    if (connect(fd_, to.get(), to.length) < 0 && errno != EINPROGRESS) {
        const int error = errno;
        close();
        throw failure{error == EADDRNOTAVAIL
                          ? std::string{"this machine has no ports left for that many connections: widen "
                                        "net.ipv4.ip_local_port_range"}
                          : fmt::format("cannot connect: {}", std::strerror(error))};
    }
}

stream& stream::operator=(stream&& other) noexcept {
    if (this == &other) return *this;
    close();
    fd_ = std::exchange(other.fd_, -1);
    tls_ = std::move(other.tls_);
    read_again_ = other.read_again_;
    return *this;
}

void stream::close() {
    tls_.reset();
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

int stream::connect_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

transfer_status stream::handshake() {
    ERR_clear_error();
    errno = 0;
    return result_of_tls(SSL_do_handshake(tls_.get())).status;
}

bool stream::wants_write() const {
    return tls_ && SSL_want_write(tls_.get());
}

transfer stream::read_tls(std::span<std::byte> into) {
    ERR_clear_error();
    errno = 0;
    const auto result = result_of_tls(
        SSL_read(tls_.get(), into.data(), static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX))));
    read_again_ = result.status == transfer_status::done && SSL_has_pending(tls_.get()) == 1;
    return result;
}

transfer stream::write_tls(std::span<const std::byte> from) {
    ERR_clear_error();
    errno = 0;
    return result_of_tls(
        SSL_write(tls_.get(), from.data(), static_cast<int>(std::min<std::size_t>(from.size(), INT_MAX))));
}

transfer stream::result_of_tls(int result) const {
    if (result > 0) return {transfer_status::done, static_cast<std::size_t>(result)};
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return {transfer_status::later, 0};
        case SSL_ERROR_ZERO_RETURN:
            return {transfer_status::ended, 0};
        default:
            return {transfer_status::failed, 0};
    }
}

std::string stream::why() const {
    return tls_ ? why_tls_failed(tls_.get()) : std::strerror(errno);
}

}  // namespace pushwire::bench
