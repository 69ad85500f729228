#include "tls.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t read_ahead_bytes = 32 * 1024;  // a whole record, and the beginning of the next

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

std::string last_error() {
    const auto code = ERR_get_error();
    if (code == 0) return errno ? std::strerror(errno) : "the server ended the connection";
    const char* const reason = ERR_reason_error_string(code);
    return reason ? reason : fmt::format("error {:x}", code);
}

}  // namespace

void ssl_free::operator()(SSL* each) const {
    SSL_free(each);
}

void ssl_free::operator()(SSL_CTX* each) const {
    SSL_CTX_free(each);
}

tls_client::tls_client(const settings& with)
    : context_{SSL_CTX_new(TLS_client_method())}, host_{with.to.host}, is_address_{is_address(with.to.host)} {
    if (!context_) throw failure{"cannot set up TLS: " + last_error()};
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                         SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context_.get(), 1);
    SSL_CTX_set_default_read_buffer_len(context_.get(), read_ahead_bytes);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    if (with.insecure) return;

    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    const auto read = with.ca.empty() ? SSL_CTX_set_default_verify_paths(context_.get())
                                      : SSL_CTX_load_verify_file(context_.get(), with.ca.c_str());
    if (read != 1) {
        errno = 0;
        throw failure{fmt::format("--ca: cannot read {}: {}: it must be a file of certificates in PEM",
                                  with.ca, last_error())};
    }
}

ssl_pointer tls_client::start(int fd) const {
    ssl_pointer made{SSL_new(context_.get())};
    if (!made || SSL_set_fd(made.get(), fd) != 1) throw failure{"cannot set up TLS: " + last_error()};
    auto* const expected = SSL_get0_param(made.get());
    if (is_address_) {
        X509_VERIFY_PARAM_set1_ip_asc(expected, host_.c_str());
    } else {
        X509_VERIFY_PARAM_set1_host(expected, host_.c_str(), host_.size());
        SSL_set_tlsext_host_name(made.get(), host_.c_str());
    }
    SSL_set_connect_state(made.get());
    return made;
}

std::string why_tls_failed(const SSL* of) {
    const auto verified = SSL_get_verify_result(of);
    if (verified != X509_V_OK) {
        ERR_clear_error();
        return fmt::format(
            "the server's certificate is not trusted ({}): name who issued it with --ca FILE, or use "
            "--insecure",
            X509_verify_cert_error_string(verified));
    }
    return last_error();
}

}  // namespace pushwire::bench
