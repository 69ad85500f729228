#include "net/tls_error.hpp"

#include <string>

namespace pushwire::net {
namespace {

class category final : public std::error_category {
  public:
    const char* name() const noexcept override { return "tls"; }
    std::string message(int value) const override {
        switch (static_cast<tls_error>(value)) {
            case tls_error::handshake_failed:
                return "the TLS handshake failed";
            case tls_error::plain_http:
                return "a plain HTTP request where TLS is spoken";
            case tls_error::broken:
                return "the TLS connection broke";
            case tls_error::no_tls:
                return "the server speaks no TLS";
            case tls_error::certificate_expired:
                return "the server's certificate has expired, or is not valid yet";
            case tls_error::certificate_name:
                return "the server's certificate is not for this host";
            case tls_error::certificate_untrusted:
                return "no authority that is trusted here vouches for the server's certificate";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& tls_category() noexcept {
    static const category only;
    return only;
}

std::error_code make_error_code(tls_error why) noexcept {
    return {static_cast<int>(why), tls_category()};
}

}  // namespace pushwire::net
