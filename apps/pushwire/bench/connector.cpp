#include "connector.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t different_requests = 4096;

std::string base64(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                      static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string random_key() {
    std::array<unsigned char, 16> key{};
    if (RAND_bytes(key.data(), key.size()) != 1) throw failure{"this machine gives no random bytes"};
    return base64(key);
}

// RFC 6455 4.2.2, 5.4.
std::string accept_for(const std::string& key) {
    const auto text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64(digest);
}

opening_request make_request(const settings& with) {
    const auto key = random_key();
    return {fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n{}\r\n",
                        with.to.path, with.to.authority(), key,
                        with.compression
                            ? "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                              "client_no_context_takeover\r\n"
                            : ""),
            accept_for(key)};
}

}  // namespace

connector::connector(const bench::settings& with) : with_{&with}, address_{resolve(with.to)} {
    if (with.to.tls) tls_.emplace(with);
    if (!with.to.websocket) return;
    requests_.resize(std::min(different_requests,
                              with.mode == mode::handshake ? different_requests : with.connections + 1));
    for (auto& each : requests_) each = make_request(with);
}

}  // namespace pushwire::bench
