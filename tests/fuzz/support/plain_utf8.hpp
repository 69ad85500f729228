#pragma once
// UTF-8 judged the long way round: decode each character, and look at its value (RFC 3629 3). Not fast, and hard to get wrong.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace pushwire::fuzz {

/// Takes a character off `text`; nullopt if none begins there. It may be cut off at the end: then `cut_off` is set.
inline std::optional<std::uint32_t> take_character(std::span<const std::byte>& text, bool& cut_off) {
    const auto lead = std::to_integer<std::uint32_t>(text.front());
    std::size_t length = 1;
    std::uint32_t value = lead;
    if (lead >= 0x80) {
        if ((lead & 0xe0) == 0xc0) {
            length = 2;
            value = lead & 0x1f;
        } else if ((lead & 0xf0) == 0xe0) {
            length = 3;
            value = lead & 0xf;
        } else if ((lead & 0xf8) == 0xf0) {
            length = 4;
            value = lead & 0x7;
        } else {
            return std::nullopt;
        }
    }
    if (text.size() < length) {
        cut_off = true;
        return std::nullopt;
    }
    for (const auto byte : text.subspan(1, length - 1)) {
        const auto next = std::to_integer<std::uint32_t>(byte);
        if ((next & 0xc0) != 0x80) return std::nullopt;
        value = value << 6 | (next & 0x3f);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return std::nullopt;
    text = text.subspan(length);
    return value;
}

[[nodiscard]] inline bool is_plain_utf8(std::span<const std::byte> text) {
    bool cut_off = false;
    while (!text.empty()) {
        if (!take_character(text, cut_off)) return false;
    }
    return true;
}

}  // namespace pushwire::fuzz
