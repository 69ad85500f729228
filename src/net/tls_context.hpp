#pragma once
// What the TLS connections of a server have in common: certificates, whom it believes, versions. Read from files once,
// and then only looked at, by any thread; a reload makes a new one, and connections keep the one that they began with.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <pushwire/tls.hpp>

#include "net/tls_certificate.hpp"
#include "net/tls_end.hpp"
#include "net/tls_handles.hpp"

namespace pushwire::net {

class tls_ticket_keys;

class tls_context final : public tls_end {
  public:
    /// Reads the files that `with` names; at least one certificate. Sessions that began with the same keys can be resumed;
    /// null makes new ones. Throws setup_error, whose text names the file and says how to mend it.
    tls_context(const tls_options& with, std::shared_ptr<tls_ticket_keys> keys);
    ~tls_context() override;
    tls_context(const tls_context&) = delete;
    tls_context& operator=(const tls_context&) = delete;

    [[nodiscard]] tls_handle<ssl_st> open() const override;
    [[nodiscard]] bool is_client() const override { return false; }

    [[nodiscard]] std::vector<tls_certificate_info> certificates() const;
    [[nodiscard]] const std::shared_ptr<tls_ticket_keys>& ticket_keys() const { return ticket_keys_; }

    // --- for OpenSSL's callbacks

    [[nodiscard]] static const tls_context& of(const ssl_st& connection);
    /// The certificates for a server name: see `tls_options::certificates`.
    [[nodiscard]] ssl_ctx_st& site_for(std::string_view server_name) const;

  private:
    // Certificates for the same names, with keys of different kinds.
    struct site {
        tls_handle<ssl_ctx_st> context;
        std::vector<loaded_certificate> certificates;
    };

    [[nodiscard]] tls_handle<ssl_ctx_st> make_context(const tls_options& with,
                                                      std::span<const unsigned char> id);
    [[nodiscard]] site* partner_of(const loaded_certificate& added);

    std::vector<site> sites_;
    std::shared_ptr<tls_ticket_keys> ticket_keys_;
};

}  // namespace pushwire::net
