#include <array>

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::protocol {

// RFC 6455 1.3, 4.2.2: the key as it came, concatenated with the GUID; hashed with SHA-1; in Base64
std::string accept_key(std::string_view key) {
    std::string hashed{key};
    hashed += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    // Fetched once, for all threads and for good: a look-up by name takes locks, and longer than the hash.
    static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    PUSHWIRE_ASSERT(EVP_Digest(hashed.data(), hashed.size(), digest.data(), &size, sha1, nullptr) == 1);

    std::array<unsigned char, 32> text;  // 28 characters for the 20 bytes, and a zero
    const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

}  // namespace pushwire::protocol
