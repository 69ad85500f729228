#include "net/tls_certificate.hpp"

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>

#include <pushwire/error.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace pushwire::net {
namespace {

// Nobody is asked for a passphrase: a server starts, and reloads, unattended. `asked` is a bool.
int refuse_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

std::chrono::system_clock::time_point end_of(const X509& certificate) {
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) != 1) return {};
    return std::chrono::system_clock::from_time_t(::timegm(&end));
}

const std::string& key_file_of(const tls_certificate& files) {
    return files.key_file.empty() ? files.certificate_file : files.key_file;
}

}  // namespace

std::vector<std::string> names_of(const X509& certificate) {
    std::vector<std::string> names;
    const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> all{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free};
    for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const GENERAL_NAME* const each = sk_GENERAL_NAME_value(all.get(), i);
        if (each->type != GEN_DNS) continue;
        const auto* const text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(each->d.dNSName));
        names.emplace_back(text, static_cast<std::size_t>(ASN1_STRING_length(each->d.dNSName)));
    }
    return names;
}

void refuse_files(const std::string& text, bool with_reason) {
    const unsigned long why = ERR_peek_last_error();
    const char* const reason = with_reason ? ERR_reason_error_string(why) : nullptr;
    ERR_clear_error();
    throw setup_error{std::make_error_code(std::errc::invalid_argument),
                      reason ? text + " (OpenSSL says: " + reason + ")" : text};
}

std::string read_file(const std::string& path) {
    errno = 0;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rbe"), std::fclose};
    std::string text;
    char part[4096];
    std::size_t count = sizeof part;
    while (file && count == sizeof part) {
        count = std::fread(part, 1, sizeof part, file.get());
        text.append(part, count);
    }
    if (!file || std::ferror(file.get()) != 0) {
        const std::error_code why{errno, std::generic_category()};
        throw setup_error{
            why, "cannot read " + path + " (" + why.message() + "): check the path and who may read it"};
    }
    return text;
}

bool loaded_certificate::is_for(std::string_view server_name, bool wildcards) const {
    const unsigned flags =
        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | (wildcards ? 0 : X509_CHECK_FLAG_NO_WILDCARDS);
    return X509_check_host(leaf.get(), server_name.data(), server_name.size(), flags, nullptr) == 1;
}

loaded_certificate read_certificate(const tls_certificate& files) {
    const std::string text = read_file(files.certificate_file);
    const tls_handle<BIO> from{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    loaded_certificate read;
    read.leaf.reset(PEM_read_bio_X509_AUX(from.get(), nullptr, nullptr, nullptr));
    if (!read.leaf) {
        refuse_files(files.certificate_file + " holds no certificate in PEM form, which begins with " +
                     "-----BEGIN CERTIFICATE-----");
    }
    const EVP_PKEY* const key = X509_get0_pubkey(read.leaf.get());
    if (!key) refuse_files("the certificate in " + files.certificate_file + " has no usable key", true);
    read.key_kind = EVP_PKEY_get_base_id(key);
    read.info = {files.certificate_file, names_of(*read.leaf), end_of(*read.leaf)};
    return read;
}

void use_certificate(SSL_CTX& to, const tls_certificate& files) {
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(&to, files.certificate_file.c_str()) != 1)
        refuse_files("the certificate in " + files.certificate_file + " cannot be used", true);

    const std::string& key_file = key_file_of(files);
    const std::string key = read_file(key_file);
    const tls_handle<BIO> from{BIO_new_mem_buf(key.data(), static_cast<int>(key.size()))};
    bool asked = false;
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> parsed{
        PEM_read_bio_PrivateKey(from.get(), nullptr, refuse_passphrase, &asked), EVP_PKEY_free};
    if (asked) {
        refuse_files("the key in " + key_file +
                     " is encrypted: write it without a passphrase (openssl pkey -in " + key_file +
                     " -out NEW)");
    }
    if (!parsed) {
        refuse_files(key_file +
                     " holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----");
    }
    if (SSL_CTX_use_PrivateKey(&to, parsed.get()) != 1 || SSL_CTX_check_private_key(&to) != 1) {
        refuse_files("the key in " + key_file + " does not fit the certificate in " + files.certificate_file +
                     ": give the two that belong together");
    }
}

}  // namespace pushwire::net
