#include <array>
#include <memory>

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::protocol {
namespace {

struct free_context {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

// RFC 6455 1.3, 4.2.2: the key as it came, concatenated with the GUID; hashed with SHA-1; in Base64
std::string accept_key(std::string_view key) {
    constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    // Fetched once, for all threads and for good: a look-up by name takes locks, and longer than the hash. To make a
    // context takes longer, too, so each thread keeps one, in which nothing stays from one key to the next.
    static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static thread_local const std::unique_ptr<EVP_MD_CTX, free_context> context{EVP_MD_CTX_new()};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    PUSHWIRE_ASSERT(EVP_DigestInit_ex(context.get(), sha1, nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), key.data(), key.size()) == 1 &&
                    EVP_DigestUpdate(context.get(), guid.data(), guid.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1);

    std::array<unsigned char, 32> text;  // 28 characters for the 20 bytes, and a zero
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

}  // namespace pushwire::protocol
