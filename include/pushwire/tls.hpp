#pragma once
// TLS: what a server and a client are given, and what is known of a connection that speaks it.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire {

/// A certificate and its key, in PEM form.
struct tls_certificate {
    /// The certificate, then those that lead from it to a root: what certificate authorities call the full chain.
    std::string certificate_file;
    /// Not encrypted. Empty: it stands in `certificate_file`, too.
    std::string key_file;
};

/// Whether a client shows a certificate of its own. One that is shown must be valid in any case.
enum class client_certificates : std::uint8_t {
    off,       ///< it is not asked for one
    optional,  ///< it is asked, and may have none: `tls_facts::client_subject` is then empty
    required,  ///< without one the TLS handshake fails
};

enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

struct tls_options {
    /// A client is shown the first one whose names (subjectAltName; `*` stands for one label) have the server name that
    /// it asks for (RFC 6066 3), an exact name before a wildcard; the first of all if none has, or it asks for none.
    /// Two with the same names and keys of different kinds (RSA, ECDSA) serve each client with the one that it can use.
    /// None: the server speaks no TLS.
    std::vector<tls_certificate> certificates;
    /// The authorities that clients' certificates must come from, in PEM form.
    std::string client_ca_file;
    pushwire::client_certificates client_certificates = client_certificates::off;
    tls_version min_version = tls_version::tls_1_2;
};

/// Of a client.
struct tls_client_options {
    /// The server's certificate must be valid, for the URL's host, and from an authority that is believed. Off: whoever
    /// answers is taken for the server.
    bool verify = true;
    /// The authorities that are believed, in PEM form. Empty: the system's.
    std::string ca_file;
    /// What the client shows of itself where it is asked. None: nothing.
    tls_certificate certificate;
    /// Instead of the URL's host: what the certificate must be for, and what is asked for (SNI).
    std::string server_name;
    tls_version min_version = tls_version::tls_1_2;
};

/// What a client and the server agreed on.
struct tls_facts {
    std::string_view version;  ///< "TLSv1.3"
    std::string_view cipher;   ///< "TLS_AES_256_GCM_SHA384"
    std::string server_name;   ///< that the client asked for; empty if it named none
    std::string
        client_subject;    ///< of its certificate, "CN=alice,O=Example" (RFC 2253); empty if it showed none
    bool resumed = false;  ///< an earlier session went on: no certificates were exchanged
};

/// A certificate in use.
struct tls_certificate_info {
    std::string certificate_file;
    std::vector<std::string> names;  ///< the DNS names in its subjectAltName
    std::chrono::system_clock::time_point not_after;
};

}  // namespace pushwire
