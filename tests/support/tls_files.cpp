#include "support/tls_files.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace pushwire::support {
namespace {

template <class T>
using owned = std::unique_ptr<T, void (*)(T*)>;

void require(bool fine, const char* what) {
    if (!fine) throw std::runtime_error{what};
}

void add_extension(X509& to, int kind, const std::string& value) {
    const owned<X509_EXTENSION> made{X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()),
                                     X509_EXTENSION_free};
    require(made && X509_add_ext(&to, made.get(), -1) == 1, "extension");
}

owned<X509> certificate_for(EVP_PKEY& key, const std::vector<std::string>& dns_names, bool expired) {
    owned<X509> made{X509_new(), X509_free};
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), expired ? -60 : 3600);
    X509_NAME* const name = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), &key);
    std::string alternatives;
    for (const auto& each : dns_names) alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + each;
    if (!alternatives.empty()) add_extension(*made, NID_subject_alt_name, alternatives);
    require(X509_sign(made.get(), &key, EVP_sha256()) != 0, "sign");
    return made;
}

template <class Write>
void write_file(const std::string& path, Write&& content) {
    const owned<BIO> file{BIO_new_file(path.c_str(), "w"), BIO_free_all};
    require(file && content(file.get()) == 1, "write");
}

}  // namespace

tls_files::tls_files() {
    std::string name = std::filesystem::temp_directory_path() / "pushwire-tls-XXXXXX";
    require(::mkdtemp(name.data()) != nullptr, "mkdtemp");
    folder_ = name;
}

tls_files::~tls_files() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

tls_certificate tls_files::make(const std::string& name, const std::vector<std::string>& dns_names,
                                bool expired) {
    const owned<EVP_PKEY> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    require(key != nullptr, "key");
    const auto certificate = certificate_for(*key, dns_names, expired);
    const tls_certificate files{folder_ / (name + ".pem"), folder_ / (name + ".key")};
    write_file(files.certificate_file, [&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); });
    write_file(files.key_file, [&](BIO* to) {
        return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    return files;
}

tls_options tls_files::options() {
    tls_options with;
    with.certificates.push_back(make("localhost", {"localhost"}));
    return with;
}

}  // namespace pushwire::support
