#include "protocol/utf8.hpp"

#include <algorithm>
#include <cstring>

#include <pushwire/protocol/session.hpp>

#include <simdjson.h>

namespace pushwire::protocol {
namespace {

/// A text of fewer bytes is looked through for ASCII first, which most are and which is quick to see; the vectorised
/// validator has a price for each call.
constexpr std::size_t long_least = 64;
/// From so many bytes on that validator is worth its price, if they are not ASCII.
constexpr std::size_t vector_least = 8;

/// Where the last character of `bytes` begins if it is not all there; their end otherwise.
std::size_t begin_of_incomplete(const std::uint8_t* bytes, std::size_t size) {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, size); ++back) {
        const auto byte = bytes[size - back];
        if (byte < 0x80) break;
        if (byte < 0xc0) continue;
        const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
        return length > back ? size - back : size;
    }
    return size;
}

std::uint64_t word_at(const std::uint8_t* bytes) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

bool is_ascii(const std::uint8_t* bytes, std::size_t size) {
    std::uint64_t all = 0;
    if (size >= sizeof all) {
        for (std::size_t i = 0; i < size - sizeof all; i += sizeof all) all |= word_at(bytes + i);
        all |= word_at(bytes + size - sizeof all);  // some of it again, perhaps
    } else {
        for (std::size_t i = 0; i < size; ++i) all |= bytes[i];
    }
    return (all & 0x8080'8080'8080'8080) == 0;
}

}  // namespace

// The ranges of RFC 3629 4.
bool utf8_validator::accept_byte(std::uint8_t byte) noexcept {
    if (needed_ != 0) {
        if (byte < lower_ || byte > upper_) return false;
        lower_ = 0x80;
        upper_ = 0xbf;
        --needed_;
        return true;
    }
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;  // a stray continuation, overlong, or above U+10FFFF
    needed_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte == 0xe0) lower_ = 0xa0;  // below: overlong
    if (byte == 0xed) upper_ = 0x9f;  // above: surrogates
    if (byte == 0xf0) lower_ = 0x90;  // below: overlong
    if (byte == 0xf4) upper_ = 0x8f;  // above: U+10FFFF
    return true;
}

bool utf8_validator::accept(std::span<const std::byte> bytes) noexcept {
    const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto* const end = at + bytes.size();

    while (needed_ != 0 && at != end) {
        if (!accept_byte(*at++)) return false;
    }
    const auto left = static_cast<std::size_t>(end - at);
    if (left < long_least && is_ascii(at, left)) return true;
    if (left >= vector_least) {
        const auto whole = begin_of_incomplete(at, left);
        if (!simdjson::validate_utf8(reinterpret_cast<const char*>(at), whole)) return false;
        at += whole;
    }
    while (at != end) {
        if (!accept_byte(*at++)) return false;
    }
    return true;
}

std::size_t utf8_validator::accept_prefix(std::span<const std::byte> bytes) noexcept {
    const auto before = *this;
    if (accept(bytes)) return bytes.size();
    *this = before;
    std::size_t valid = 0;
    while (accept_byte(std::to_integer<std::uint8_t>(bytes[valid]))) ++valid;
    return valid;
}

bool is_utf8(std::span<const std::byte> bytes) noexcept {
    utf8_validator validator;
    return validator.accept(bytes) && validator.complete();
}

std::string_view utf8_prefix(std::string_view text, std::size_t most) noexcept {
    utf8_validator validator;
    std::size_t valid = 0;
    for (std::size_t i = 0; i < std::min(text.size(), most); ++i) {
        if (!validator.accept(std::as_bytes(std::span{text}.subspan(i, 1)))) break;
        if (validator.complete()) valid = i + 1;
    }
    return text.substr(0, valid);
}

}  // namespace pushwire::protocol
