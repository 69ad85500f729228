#include "engine/secret.hpp"

#include <cstdint>
#include <span>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace pushwire::engine {
namespace {

void fill(std::span<std::byte> bytes) {
    const int done =
        RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    if (done != 1) throw std::runtime_error{"the system has no random numbers"};
}

}  // namespace

protocol::masking_key masking_keys::draw() {
    if (left_ == 0) {
        fill(std::as_writable_bytes(std::span{store_}));
        left_ = store_.size();
    }
    return store_[--left_];
}

std::string handshake_key() {
    std::array<std::byte, 16> bytes;
    fill(bytes);
    std::array<unsigned char, 25> text;  // 24 characters, and a zero
    const int length =
        EVP_EncodeBlock(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()), int{bytes.size()});
    return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(length)};
}

std::chrono::milliseconds random_wait(std::chrono::milliseconds bound) {
    std::uint64_t drawn = 0;
    fill(std::as_writable_bytes(std::span{&drawn, 1}));
    const auto share = static_cast<double>(drawn >> 11) * 0x1p-53;  // of 1
    return std::chrono::milliseconds{static_cast<std::int64_t>(share * static_cast<double>(bound.count()))};
}

}  // namespace pushwire::engine
