#pragma once
// Owners of OpenSSL's objects, without OpenSSL's headers.

#include <memory>

struct ssl_st;
struct ssl_ctx_st;
struct x509_st;
struct bio_st;
struct bio_method_st;

namespace pushwire::net {

struct tls_deleter {
    void operator()(ssl_st* owned) const noexcept;
    void operator()(ssl_ctx_st* owned) const noexcept;
    void operator()(x509_st* owned) const noexcept;
    void operator()(bio_st* owned) const noexcept;
    void operator()(bio_method_st* owned) const noexcept;
};

template <class T>
using tls_handle = std::unique_ptr<T, tls_deleter>;

}  // namespace pushwire::net
