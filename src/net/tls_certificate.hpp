#pragma once
// Certificates and keys as files: read, and what is wrong with them said in words.

#include <string>
#include <string_view>
#include <vector>

#include <pushwire/tls.hpp>

#include "net/tls_handles.hpp"

namespace pushwire::net {

struct loaded_certificate {
    tls_handle<x509_st> leaf;
    int key_kind = 0;  ///< OpenSSL's number of RSA, EC ...
    tls_certificate_info info;

    /// Whether it is for that server name: exactly, or also by a wildcard.
    [[nodiscard]] bool is_for(std::string_view server_name, bool wildcards) const;
};

/// The DNS names in its subjectAltName.
[[nodiscard]] std::vector<std::string> names_of(const x509_st& certificate);

/// Reads the certificate that `files` begins with. Throws setup_error.
[[nodiscard]] loaded_certificate read_certificate(const tls_certificate& files);

/// Gives certificate, chain and key to `to`. Throws setup_error.
void use_certificate(ssl_ctx_st& to, const tls_certificate& files);

/// What the file holds. Throws setup_error.
[[nodiscard]] std::string read_file(const std::string& path);

/// Throws setup_error with `text`, and OpenSSL's reason after it if `with_reason`.
[[noreturn]] void refuse_files(const std::string& text, bool with_reason = false);

}  // namespace pushwire::net
