#include "net/tls_ticket_keys.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include "net/shared_memory.hpp"
#include "net/tls_context.hpp"

namespace pushwire::net {
namespace {

void fill(std::span<unsigned char> with_random) {
    if (RAND_bytes(with_random.data(), static_cast<int>(with_random.size())) != 1) throw std::bad_alloc{};
}

tls_ticket_keys::key new_key(tls_ticket_keys::clock::time_point now) {
    tls_ticket_keys::key made{};
    fill(made.name);
    fill(made.cipher);
    fill(made.mac);
    made.made = now;
    return made;
}

bool set_mac(EVP_MAC_CTX* mac, tls_ticket_keys::key& from) {
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[]{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, from.mac.data(), from.mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

constexpr int failed = -1;
constexpr int unknown = 0;
constexpr int done = 1;
constexpr int done_and_renew = 2;

int seal(tls_ticket_keys& keys, unsigned char* name, unsigned char* vector, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
    auto with = keys.newest(tls_ticket_keys::clock::now());
    if (!with) return unknown;  // it gets no ticket
    std::ranges::copy(with->name, name);
    const auto* const aes = EVP_aes_256_cbc();
    fill({vector, static_cast<std::size_t>(EVP_CIPHER_get_iv_length(aes))});
    const bool fine =
        EVP_EncryptInit_ex(cipher, aes, nullptr, with->cipher.data(), vector) == 1 && set_mac(mac, *with);
    return fine ? done : failed;
}

int open(tls_ticket_keys& keys, const unsigned char* name, const unsigned char* vector,
         EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
    auto found = keys.find(std::span<const unsigned char, 16>{name, 16}, tls_ticket_keys::clock::now());
    if (!found) return unknown;
    const bool fine = set_mac(mac, found->with) && EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nullptr,
                                                                      found->with.cipher.data(), vector) == 1;
    if (!fine) return failed;
    return found->newest ? done : done_and_renew;
}

}  // namespace

int tls_ticket_keys::on_ticket(SSL* session, unsigned char* name, unsigned char* vector,
                               EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int seals) noexcept {
    try {
        auto& keys = *tls_context::of(*session).ticket_keys();
        return seals != 0 ? seal(keys, name, vector, cipher, mac) : open(keys, name, vector, cipher, mac);
    } catch (...) {
        return failed;
    }
}

std::shared_ptr<tls_ticket_keys> tls_ticket_keys::shared() {
    struct shared_keys {
        shared_memory memory{sizeof(tls_ticket_keys)};
        tls_ticket_keys& keys{*::new (memory.data()) tls_ticket_keys};
    };
    const auto made = std::make_shared<shared_keys>();
    return {made, &made->keys};
}

// Who has died with the lock may have left half a key.
robust_mutex::guard tls_ticket_keys::lock() noexcept {
    return {mutex_, robust_mutex::patience::some, [this] {
                newest_.reset();
                previous_.reset();
            }};
}

void tls_ticket_keys::rotate(clock::time_point now) {
    const auto held = lock();
    if (!held.is_held()) return;
    retire(now);
    if (newest_) previous_ = newest_;
    newest_ = new_key(now);
}

// Forgets what is too old. The newest is made when it is needed.
void tls_ticket_keys::retire(clock::time_point now) {
    if (newest_ && now - newest_->made >= lifetime) {
        previous_ = newest_;
        newest_.reset();
    }
    if (previous_ && now - previous_->made >= 2 * lifetime) previous_.reset();
}

std::optional<tls_ticket_keys::key> tls_ticket_keys::newest(clock::time_point now) {
    const auto held = lock();
    if (!held.is_held()) return std::nullopt;
    retire(now);
    if (!newest_) newest_ = new_key(now);
    return newest_;
}

std::optional<tls_ticket_keys::opening> tls_ticket_keys::find(std::span<const unsigned char, 16> name,
                                                              clock::time_point now) {
    const auto held = lock();
    if (!held.is_held()) return std::nullopt;
    retire(now);
    if (newest_ && std::ranges::equal(newest_->name, name)) return opening{*newest_, true};
    if (previous_ && std::ranges::equal(previous_->name, name)) return opening{*previous_, false};
    return std::nullopt;
}

}  // namespace pushwire::net
