#pragma once
// The keys of session tickets (RFC 5077, RFC 8446 4.6.1): what a client needs to go on with a session is sealed in a
// ticket that it keeps itself, so the server remembers nothing, and any worker can open any ticket.
//
// New tickets are sealed with the newest key. A key serves for `lifetime`, and opens what it sealed for as long again, so
// that a ticket is good for at least that time; then it is forgotten, and with it whatever it could have opened. A reload
// of the certificates brings a new key, too, and the one before it still opens. Any thread may call; of those that are
// shared, any process.

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <span>

#include "net/robust_mutex.hpp"

struct ssl_st;
struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;

namespace pushwire::net {

class tls_ticket_keys {
  public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::hours lifetime{2};

    /// In memory that this process and all that it forks afterwards have in common. Throws std::system_error.
    [[nodiscard]] static std::shared_ptr<tls_ticket_keys> shared();

    /// What OpenSSL calls for each ticket that it seals or opens; the signature is OpenSSL's.
    static int on_ticket(ssl_st* session, unsigned char* name, unsigned char* vector,
                         evp_cipher_ctx_st* cipher, evp_mac_ctx_st* mac, int seals) noexcept;

    void rotate(clock::time_point now);

    struct key {
        std::array<unsigned char, 16> name;
        std::array<unsigned char, 32> cipher;
        std::array<unsigned char, 32> mac;
        clock::time_point made;
    };
    struct opening {
        key with;
        bool newest;
    };

    /// The key to seal with. nullopt: a process was stopped amid this, and has not gone on.
    [[nodiscard]] std::optional<key> newest(clock::time_point now);
    /// The key of that name, unless it has been forgotten.
    [[nodiscard]] std::optional<opening> find(std::span<const unsigned char, 16> name, clock::time_point now);

  private:
    [[nodiscard]] robust_mutex::guard lock() noexcept;
    void retire(clock::time_point now);

    robust_mutex mutex_;
    std::optional<key> newest_;
    std::optional<key> previous_;
};

}  // namespace pushwire::net
