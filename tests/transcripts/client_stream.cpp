#include "transcripts/client_stream.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <pushwire/protocol/frame.hpp>
#include <pushwire/request.hpp>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace pushwire::transcripts {
namespace {

// Of the RFC's example, and of every transcript.
constexpr std::string_view written_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view written_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view key_field = "Sec-WebSocket-Key: ";
constexpr std::string_view accept_field = "sec-websocket-accept: ";

std::string_view text_of(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

void append(bytes& to, std::string_view text) {
    const auto data = std::as_bytes(std::span{text});
    to.insert(to.end(), data.begin(), data.end());
}

/// 16 bytes in Base64 (RFC 6455 4.1).
bool is_nonce(std::string_view key) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key.size() == 24 && key.ends_with("==") &&
           key.substr(0, 22).find_first_not_of(letters) == std::string_view::npos;
}

/// RFC 6455 4.2.2, 5.4.
std::string accept_for(std::string key) {
    key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
    std::array<unsigned char, 29> encoded{};
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
    return {encoded.begin(), encoded.begin() + size};
}

/// Where the value of the first Sec-WebSocket-Accept begins, which may be written in any case; `npos`: nowhere.
std::size_t accept_in(std::string_view text) {
    const auto found = std::ranges::search(text, accept_field, [](char each, char lower) {
        return (each >= 'A' && each <= 'Z' ? each | 0x20 : each) == lower;
    });
    return found.empty() ? std::string_view::npos : static_cast<std::size_t>(found.end() - text.begin());
}

std::string with_cases_swapped(std::string text) {
    for (char& each : text) {
        if ((each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z')) each ^= 0x20;
    }
    return text;
}

}  // namespace

client_stream::client_stream(std::vector<protocol::masking_key> written_masks)
    : written_masks_{std::move(written_masks)} {}

void client_stream::fail(std::string what) {
    if (!wrong_) wrong_ = std::move(what);
}

bytes client_stream::take(std::span<const std::byte> data) {
    rest_.insert(rest_.end(), data.begin(), data.end());
    bytes whole;
    while (!rest_.empty() && !wrong_ && (key_.empty() ? take_head(whole) : take_frame(whole))) {
    }
    return whole;
}

bool client_stream::take_head(bytes& whole) {
    const auto stream = text_of(rest_);
    const auto end = stream.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const auto head = stream.substr(0, end + 4);
    const auto field = head.find(key_field);
    if (field == std::string_view::npos) {
        fail("the client's head has no Sec-WebSocket-Key");
        return false;
    }
    const auto begin = field + key_field.size();
    const auto key = head.substr(begin, head.find("\r\n", begin) - begin);
    if (!is_nonce(key)) fail("the client's Sec-WebSocket-Key is not 16 bytes in Base64");
    if (key == written_key) fail("the client's Sec-WebSocket-Key is that of the RFC's example");
    key_ = key;
    append(whole, head.substr(0, begin));
    append(whole, written_key);
    append(whole, head.substr(begin + key.size()));
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(head.size()));
    return true;
}

bool client_stream::take_frame(bytes& whole) {
    const auto parsed = protocol::parse_frame_header(rest_, protocol::role::server, protocol::compressed_bit);
    if (parsed.why != error::none)
        fail("the client's frame is refused as a server would: " + std::string{describe(parsed.why).text});
    if (parsed.size == 0 || wrong_) return false;
    auto header = parsed.header;
    const auto size = static_cast<std::size_t>(header.payload_length);
    if (size > rest_.size() - parsed.size) return false;
    if (header.key == last_mask_) fail("the client has masked two frames in a row with the same key");
    last_mask_ = header.key;

    const auto payload = std::span{rest_}.subspan(parsed.size, size);
    protocol::apply_mask(payload, header.key);
    header.key = written_masks_[next_mask_++ % written_masks_.size()];
    const auto before = whole.size();
    whole.resize(before + parsed.size + size);
    whole.resize(before + protocol::encode_frame(header, payload, whole.data() + before));
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(parsed.size + size));
    return true;
}

bytes client_stream::answer(std::span<const std::byte> written) const {
    const auto fitting = accept_for(key_);
    bytes result;
    auto rest = text_of(written);
    for (auto at = accept_in(rest); at != std::string_view::npos; at = accept_in(rest)) {
        append(result, rest.substr(0, at));
        rest.remove_prefix(at);
        const auto value = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(value.size());
        if (value == written_accept)
            append(result, fitting);
        else if (equal_ignoring_case(value, written_accept))
            append(result, with_cases_swapped(fitting));
        else
            append(result, (fitting.front() == 'A' ? "B" : "A") + fitting.substr(1));
    }
    append(result, rest);
    return result;
}

}  // namespace pushwire::transcripts
