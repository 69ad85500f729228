#include "net/tls_client_end.hpp"

#include <new>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/address.hpp"
#include "net/tls_certificate.hpp"
#include "net/tls_stream.hpp"

namespace pushwire::net {
namespace {

void believe(SSL_CTX& to, const tls_client_options& with) {
    if (with.ca_file.empty()) {
        SSL_CTX_set_default_verify_paths(&to);
    } else if (SSL_CTX_load_verify_file(&to, with.ca_file.c_str()) != 1) {
        refuse_files(with.ca_file + " holds no certificates in PEM form", true);
    }
}

}  // namespace

tls_client_end::tls_client_end(const tls_client_options& with, const std::string& host)
    : host_{with.server_name.empty() ? host : with.server_name},
      host_is_address_{parse_address(host_).has_value()},
      verifies_{with.verify},
      context_{SSL_CTX_new(TLS_client_method())} {
    if (!context_) throw std::bad_alloc{};
    SSL_CTX& to = *context_;
    SSL_CTX_set_min_proto_version(&to,
                                  with.min_version == tls_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(&to, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(
        &to, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_info_callback(&to, tls_stream::on_progress);
    static constexpr unsigned char protocols[] = "\x08http/1.1";  // RFC 7301
    SSL_CTX_set_alpn_protos(&to, protocols, sizeof protocols - 1);
    if (verifies_) believe(to, with);
    if (!with.certificate.certificate_file.empty()) use_certificate(to, with.certificate);
}

tls_handle<SSL> tls_client_end::open() const {
    tls_handle<SSL> made{SSL_new(context_.get())};
    if (!made) throw std::bad_alloc{};
    SSL* const to = made.get();
    SSL_set_connect_state(to);
    if (!host_is_address_) SSL_set_tlsext_host_name(to, host_.c_str());
    if (!verifies_) return made;
    SSL_set_verify(to, SSL_VERIFY_PEER, nullptr);
    SSL_set_hostflags(to, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int known = host_is_address_ ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(to), host_.c_str())
                                       : SSL_set1_host(to, host_.c_str());
    if (known != 1) throw std::bad_alloc{};
    return made;
}

}  // namespace pushwire::net
