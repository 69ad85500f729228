#include "support/tls_client.hpp"

#include <stdexcept>

#include <openssl/ssl.h>

#include "net/tls_certificate.hpp"

namespace pushwire::support {

tls_client::tls_client(std::uint16_t port, std::string_view path, const tls_client* before)
    : test_client{port}, context_{SSL_CTX_new(TLS_client_method())}, ssl_{SSL_new(context_.get())} {
    SSL_set_tlsext_host_name(ssl_.get(), "localhost");
    SSL_set_fd(ssl_.get(), socket());
    if (before) {
        // A copy, since who leaves without a farewell spoils the session that it had.
        const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> known{
            SSL_SESSION_dup(SSL_get0_session(before->ssl_.get())), &SSL_SESSION_free};
        SSL_set_session(ssl_.get(), known.get());
    }
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error{"SSL_connect"};
    open(path);
}

bool tls_client::is_resumed() const {
    return SSL_session_reused(ssl_.get()) == 1;
}

std::vector<std::string> tls_client::names_shown() const {
    return net::names_of(*SSL_get0_peer_certificate(ssl_.get()));
}

std::ptrdiff_t tls_client::write(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

std::ptrdiff_t tls_client::read(std::span<char> into) {
    const int count = SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()));
    const bool ended = count <= 0 && SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
    return ended ? 0 : count;
}

}  // namespace pushwire::support
