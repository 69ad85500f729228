#include "net/tls_workspace.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <openssl/bio.h>

namespace pushwire::net {
namespace {

tls_workspace& of(BIO* which) {
    return *static_cast<tls_workspace*>(BIO_get_data(which));
}

int read(BIO* from, char* into, std::size_t most, std::size_t* count) noexcept {
    auto& input = of(from).input;
    BIO_clear_retry_flags(from);
    *count = std::min(most, input.size());
    if (*count == 0) {
        BIO_set_retry_read(from);
        return 0;
    }
    std::memcpy(into, input.data(), *count);
    input = input.subspan(*count);
    return 1;
}

int write(BIO* to, const char* from, std::size_t size, std::size_t* count) noexcept {
    auto& output = of(to).output;
    BIO_clear_retry_flags(to);
    const auto bytes = std::as_bytes(std::span{from, size});
    output.insert(output.end(), bytes.begin(), bytes.end());
    *count = size;
    return 1;
}

long control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // the stream flushes, when OpenSSL is done
}

// One for the process: OpenSSL has numbers for about a hundred.
BIO_METHOD* method() {
    static const tls_handle<BIO_METHOD> only = [] {
        tls_handle<BIO_METHOD> made{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop")};
        if (!made) throw std::bad_alloc{};
        BIO_meth_set_read_ex(made.get(), read);
        BIO_meth_set_write_ex(made.get(), write);
        BIO_meth_set_ctrl(made.get(), control);
        return made;
    }();
    return only.get();
}

}  // namespace

tls_handle<bio_st> tls_workspace::make_bio() {
    tls_handle<bio_st> made{BIO_new(method())};
    if (!made) throw std::bad_alloc{};
    BIO_set_data(made.get(), this);
    BIO_set_init(made.get(), 1);
    return made;
}

}  // namespace pushwire::net
