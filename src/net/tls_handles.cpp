#include "net/tls_handles.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace pushwire::net {

void tls_deleter::operator()(ssl_st* owned) const noexcept {
    SSL_free(owned);
}

void tls_deleter::operator()(ssl_ctx_st* owned) const noexcept {
    SSL_CTX_free(owned);
}

void tls_deleter::operator()(x509_st* owned) const noexcept {
    X509_free(owned);
}

void tls_deleter::operator()(bio_st* owned) const noexcept {
    BIO_free(owned);
}

void tls_deleter::operator()(bio_method_st* owned) const noexcept {
    BIO_meth_free(owned);
}

}  // namespace pushwire::net
