#pragma once
// The classes of characters that HTTP/1.1 heads are made of (RFC 9110 5.5, 5.6.2; RFC 9112 3.2), from one table.

#include <array>
#include <cstdint>
#include <string_view>

namespace pushwire::protocol {

enum character_class : std::uint8_t {
    token_character = 1,  ///< tchar: of methods, field names, list elements (RFC 9110 5.6.2)
    field_character = 2,  ///< of a field value: VCHAR, obs-text, SP and HTAB (RFC 9110 5.5); no other control
    target_character = 4,  ///< of a request target; see below
    digit_character = 8,
    hex_character = 16,
    host_character = 32,  ///< of a Host: RFC 3986 3.2.2, with its port
};

inline constexpr auto character_table = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = 0; c < table.size(); ++c) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool visible = (c >= 0x21 && c <= 0x7e) || c >= 0x80;
        if (digit || letter) table[c] |= token_character;
        if (visible || c == ' ' || c == '\t') table[c] |= field_character;
        // RFC 3986 allows fewer characters, but browsers send "{|}" and the like as they are (WHATWG URL), and some
        // clients raw UTF-8. A fragment does not belong into a target (RFC 9112 3.2; RFC 6455 3).
        if (visible && c != '#') table[c] |= target_character;
        if (digit) table[c] |= digit_character;
        if (digit || letter) table[c] |= host_character;
        if (digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f')) table[c] |= hex_character;
    }
    for (const unsigned char c : std::string_view{"!#$%&'*+-.^_`|~"}) table[c] |= token_character;
    for (const unsigned char c : std::string_view{"-._~!$&'()*+,;=%[]:"}) table[c] |= host_character;
    return table;
}();

/// Whether `c` is of one of these classes.
[[nodiscard]] constexpr bool is(std::uint8_t classes, char c) noexcept {
    return (character_table[static_cast<unsigned char>(c)] & classes) != 0;
}

/// The same for all of `text`; true if it is empty.
[[nodiscard]] constexpr bool all(std::uint8_t classes, std::string_view text) noexcept {
    for (const char c : text) {
        if (!is(classes, c)) return false;
    }
    return true;
}

/// token = 1*tchar (RFC 9110 5.6.2)
[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
    return !text.empty() && all(token_character, text);
}

}  // namespace pushwire::protocol
