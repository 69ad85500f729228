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
