#pragma once
// Bytes as a transcript writes them (tests/transcripts/README.md), for people to read: text in quotes where it is text, hex
// digits otherwise. What a terminal would obey instead of showing it is never written as it is.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace pushwire::decode {

/// `03ea`, `*65536 61` for what follows so many times; `""` for no bytes at all.
[[nodiscard]] std::string in_hex(std::span<const std::byte> bytes);

/// `"Hello\r\n"`. `text` is_readable.
[[nodiscard]] std::string in_quotes(std::span<const std::byte> text);

/// Whether it is text: valid UTF-8, without control characters other than tab and line ends.
[[nodiscard]] bool is_readable(std::span<const std::byte> bytes);

/// In quotes if they are text, in hex otherwise. Of text that ends amid a character, that end is in hex.
[[nodiscard]] std::string written(std::span<const std::byte> bytes);

/// `bytes` without a character at their end that is cut off.
[[nodiscard]] std::span<const std::byte> whole_characters(std::span<const std::byte> bytes);

[[nodiscard]] std::span<const std::byte> as_bytes(std::string_view text);
[[nodiscard]] std::string_view as_text(std::span<const std::byte> bytes);

}  // namespace pushwire::decode
