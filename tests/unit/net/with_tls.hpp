#pragma once
// A tls_stream on a scripted loop, and OpenSSL as its peer, which talk as the test lets them.

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"
#include "support/tls_files.hpp"
#include "unit/net/recorder.hpp"
#include "unit/net/scripted_loop.hpp"

namespace pushwire::net {

/// A client that keeps what it wants to send until it is asked for it.
class tls_peer {
  public:
    explicit tls_peer(int version = TLS1_3_VERSION) : context_{SSL_CTX_new(TLS_client_method())} {
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_tlsext_host_name(ssl_.get(), "localhost");
        SSL_set_connect_state(ssl_.get());
    }

    SSL* get() { return ssl_.get(); }
    void receive(std::string_view bytes) {
        if (!bytes.empty()) BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    }
    std::string to_send() {
        char* data = nullptr;
        BIO* const from = SSL_get_wbio(ssl_.get());
        const long size = BIO_get_mem_data(from, &data);
        std::string bytes(data, static_cast<std::size_t>(size));
        (void)BIO_reset(from);
        return bytes;
    }
    /// Goes on with the handshake; whether it is done.
    bool handshake() { return SSL_do_handshake(ssl_.get()) == 1; }
    void write(std::string_view text) {
        if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0)
            throw std::runtime_error{"SSL_write"};
    }
    /// Before the handshake, with TLS 1.3: lets `seal` know the secret. With one cipher, whose hash it knows.
    void show_secret() {
        SSL_set_ciphersuites(ssl_.get(), "TLS_AES_128_GCM_SHA256");
        SSL_CTX_set_keylog_callback(context_.get(), [](const SSL* of, const char* line) {
            constexpr std::string_view wanted = "CLIENT_TRAFFIC_SECRET_0 ";
            const std::string_view all{line};
            if (!all.starts_with(wanted)) return;
            long size = 0;
            auto* const secret = OPENSSL_hexstr2buf(line + all.rfind(' ') + 1, &size);
            static_cast<tls_peer*>(SSL_get_app_data(of))->secret_.assign(secret, secret + size);
            OPENSSL_free(secret);
        });
        SSL_set_app_data(ssl_.get(), this);
    }
    /// The first record after the handshake, as OpenSSL would not write it (RFC 8446 5.2, 7.1, 7.3).
    std::string seal(char type, std::string_view content) {
        const auto key = expand("key", 16);
        const auto nonce = expand("iv", 12);  // XOR the number of the record, which is 0
        const std::string inner = std::string{content} + type;
        const std::size_t tag_size = 16;
        std::string record{"\x17\x03\x03\0", 4};
        record += static_cast<char>(inner.size() + tag_size);
        auto* const cipher = EVP_CIPHER_CTX_new();
        const auto bytes = [](auto& of) { return reinterpret_cast<unsigned char*>(of.data()); };
        std::string sealed(inner.size() + tag_size, '\0');
        int size = 0;
        EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), nullptr, key.data(), nonce.data());
        EVP_EncryptUpdate(cipher, nullptr, &size, bytes(record), static_cast<int>(record.size()));
        EVP_EncryptUpdate(cipher, bytes(sealed), &size, reinterpret_cast<const unsigned char*>(inner.data()),
                          static_cast<int>(inner.size()));
        EVP_EncryptFinal_ex(cipher, bytes(sealed) + size, &size);
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, tag_size, bytes(sealed) + inner.size());
        EVP_CIPHER_CTX_free(cipher);
        return record + sealed;
    }
    /// All plaintext that has come.
    std::string read() {
        std::string text;
        std::string part(16384, '\0');
        int count = 0;
        ERR_clear_error();
        while ((count = SSL_read(ssl_.get(), part.data(), static_cast<int>(part.size()))) > 0)
            text.append(part, 0, static_cast<std::size_t>(count));
        error = SSL_get_error(ssl_.get(), count);
        reason = ERR_GET_REASON(ERR_peek_error());
        return text;
    }

    int error = SSL_ERROR_NONE;  // of the last read
    int reason = 0;

  private:
    /// HKDF-Expand-Label (RFC 8446 7.1) without context, of at most one block.
    std::vector<unsigned char> expand(std::string_view label, unsigned char size) const {
        std::string info{'\0', static_cast<char>(size), static_cast<char>(6 + label.size())};
        info += "tls13 " + std::string{label} + '\0' + '\1';  // no context; the first block
        std::vector<unsigned char> block(32);
        HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(info.data()), info.size(), block.data(), nullptr);
        block.resize(size);
        return block;
    }

    tls_handle<SSL_CTX> context_;
    tls_handle<SSL> ssl_;
    std::vector<unsigned char> secret_;
};

class with_tls : public testing::Test {
  protected:
    explicit with_tls(int version = TLS1_3_VERSION) : peer_{version} { stream_->attach(0); }

    /// What the loop tells: bytes came, at most `at_once` in a read.
    void arrive(std::string bytes, std::size_t at_once = std::string::npos) {
        const auto all = std::as_writable_bytes(std::span{bytes});
        for (std::size_t at = 0; at < all.size() && stream_; at += std::min(at_once, all.size() - at))
            stream_->on_received(all.subspan(at, std::min(at_once, all.size() - at)));
    }
    /// All that has left goes to the peer.
    void deliver() { peer_.receive(std::exchange(loop_.sent, {})); }

    void shake_hands(std::size_t at_once = std::string::npos) {
        for (int i = 0; i < 10; ++i) {
            const bool done = peer_.handshake();
            arrive(peer_.to_send(), at_once);
            deliver();
            if (done && !stream_->is_in_handshake()) return;
        }
        FAIL() << "the handshake does not come to an end";
    }
    void peer_sends(std::string_view text) {
        peer_.write(text);
        arrive(peer_.to_send());
    }
    std::string peer_reads() {
        deliver();
        return peer_.read();
    }
    send_outcome send(std::initializer_list<std::string_view> texts) {
        std::vector<std::span<const std::byte>> segments;
        for (const auto each : texts) segments.push_back(bytes_of(each));
        return stream_->send(segments);
    }

    support::tls_files files_;
    std::shared_ptr<const tls_context> context_ = std::make_shared<tls_context>(files_.options(), nullptr);
    scripted_loop loop_;
    tls_workspace workspace_;
    recording_stream above_;
    std::unique_ptr<tls_stream> stream_ = std::make_unique<tls_stream>(loop_, above_, workspace_, context_);
    tls_peer peer_;
};

}  // namespace pushwire::net
