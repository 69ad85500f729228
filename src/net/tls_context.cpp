#include "net/tls_context.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include <pushwire/error.hpp>

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>

#include "base/assert.hpp"
#include "net/tls_stream.hpp"
#include "net/tls_ticket_keys.hpp"

namespace pushwire::net {
namespace {

// RFC 7301 3.2: who offers protocols, and not ours, is refused with no_application_protocol.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int outcome = SSL_select_next_proto(&found, size, ours, sizeof ours - 1, offered, offered_size);
    if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = found;
    return SSL_TLSEXT_ERR_OK;
}

int choose_site(SSL* connection, int*, void*) {
    const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    if (!name) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_SSL_CTX(connection, &tls_context::of(*connection).site_for(name));
    return SSL_TLSEXT_ERR_OK;
}

void ask_for_client_certificates(SSL_CTX& to, const tls_options& with) {
    if (with.client_certificates == client_certificates::off) return;
    const bool required = with.client_certificates == client_certificates::required;
    SSL_CTX_set_verify(&to, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(with.client_ca_file.c_str());
    SSL_CTX_set_client_CA_list(&to, names);
    if (!names || SSL_CTX_load_verify_file(&to, with.client_ca_file.c_str()) != 1)
        refuse_files(with.client_ca_file + " holds no certificates in PEM form", true);
}

// Sessions are resumed where the same clients are believed, and nowhere else.
std::array<unsigned char, SHA256_DIGEST_LENGTH> session_id_context(const tls_options& with) {
    std::string clients = std::to_string(static_cast<int>(with.client_certificates));
    if (!with.client_ca_file.empty()) clients += read_file(with.client_ca_file);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(reinterpret_cast<const unsigned char*>(clients.data()), clients.size(), digest.data());
    return digest;
}

void check(const tls_options& with) {
    const bool asks = with.client_certificates != client_certificates::off;
    if (asks && with.client_ca_file.empty()) {
        refuse_files(
            "client certificates are asked for, but it is not said whose: name the file of their "
            "authorities");
    }
    if (!asks && !with.client_ca_file.empty()) {
        refuse_files(with.client_ca_file +
                     " names authorities of clients, but no client certificates are asked for");
    }
}

}  // namespace

tls_context::tls_context(const tls_options& with, std::shared_ptr<tls_ticket_keys> keys)
    : ticket_keys_{keys ? std::move(keys) : std::make_shared<tls_ticket_keys>()} {
    PUSHWIRE_ASSERT(!with.certificates.empty());
    check(with);
    const auto id = session_id_context(with);
    for (const auto& files : with.certificates) {
        auto added = read_certificate(files);
        site* to = partner_of(added);
        if (!to) to = &sites_.emplace_back(make_context(with, id), std::vector<loaded_certificate>{});
        use_certificate(*to->context, files);
        to->certificates.push_back(std::move(added));
    }
}

tls_context::~tls_context() = default;

tls_handle<SSL_CTX> tls_context::make_context(const tls_options& with, std::span<const unsigned char> id) {
    tls_handle<SSL_CTX> made{SSL_CTX_new(TLS_server_method())};
    if (!made) throw std::bad_alloc{};
    SSL_CTX& to = *made;
    SSL_CTX_set_app_data(&to, this);
    SSL_CTX_set_min_proto_version(&to,
                                  with.min_version == tls_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    // RFC 7525 3.3, and a client has no need to negotiate anew (RFC 5746 is spoken all the same).
    SSL_CTX_set_options(&to, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // An idle connection owns no record buffer, and a write need not be repeated from the same place.
    SSL_CTX_set_mode(
        &to, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(&to, choose_protocol, nullptr);
    SSL_CTX_set_tlsext_servername_callback(&to, choose_site);
    SSL_CTX_set_info_callback(&to, tls_stream::on_progress);
    ask_for_client_certificates(to, with);

    SSL_CTX_set_session_cache_mode(&to, SSL_SESS_CACHE_OFF);  // tickets only
    SSL_CTX_set_session_id_context(&to, id.data(), static_cast<unsigned>(id.size()));
    SSL_CTX_set_timeout(&to, std::chrono::seconds{tls_ticket_keys::lifetime}.count());
    SSL_CTX_set_tlsext_ticket_key_evp_cb(&to, tls_ticket_keys::on_ticket);
    return made;
}

// Where a certificate for the same names is, with a key of another kind.
tls_context::site* tls_context::partner_of(const loaded_certificate& added) {
    const auto found = std::ranges::find_if(sites_, [&](const site& each) {
        return each.certificates.front().info.names == added.info.names &&
               std::ranges::find(each.certificates, added.key_kind, &loaded_certificate::key_kind) ==
                   each.certificates.end();
    });
    return found == sites_.end() ? nullptr : &*found;
}

tls_handle<SSL> tls_context::open() const {
    tls_handle<SSL> made{SSL_new(sites_.front().context.get())};
    if (!made) throw std::bad_alloc{};
    SSL_set_accept_state(made.get());
    return made;
}

std::vector<tls_certificate_info> tls_context::certificates() const {
    std::vector<tls_certificate_info> all;
    for (const auto& each : sites_) {
        for (const auto& certificate : each.certificates) all.push_back(certificate.info);
    }
    return all;
}

const tls_context& tls_context::of(const SSL& connection) {
    return *static_cast<const tls_context*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(&connection)));
}

SSL_CTX& tls_context::site_for(std::string_view server_name) const {
    for (const bool wildcards : {false, true}) {
        for (const auto& each : sites_) {
            if (each.certificates.front().is_for(server_name, wildcards)) return *each.context;
        }
    }
    return *sites_.front().context;
}

}  // namespace pushwire::net
