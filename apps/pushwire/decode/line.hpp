#pragma once
// What decode prints: lines of a transcript, each with a comment.

#include <cstdint>
#include <string>

namespace pushwire::decode {

enum class tone : std::uint8_t { plain, wrong, right };

struct line {
    std::string text;     ///< of the transcript; may be empty
    std::string comment;  ///< without the `#`; may be empty
    decode::tone tone = tone::plain;
};

/// As it is printed, with its end; the tone becomes a colour.
[[nodiscard]] std::string to_text(const line& of, bool coloured);

}  // namespace pushwire::decode
