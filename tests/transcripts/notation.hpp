#pragma once
// Bytes and events written as a transcript writes them. The frames are decoded here by hand, and leniently: what came is
// shown as it is, right or wrong, and the decoder under test has no say in it.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

/// `03ea`, `*65536 61`: as `line_reader::bytes` reads it; no bytes at all are `""`.
[[nodiscard]] std::string to_text(std::span<const std::byte> data);

/// `"Hello\r\n"`.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// `88 02 03ea        # close 1002`: one line for each frame or line of an HTTP head, without the `<` or `>` before it.
[[nodiscard]] std::vector<std::string> stream_lines(std::span<const std::byte> stream);

/// `! text "Hello"`: all that is known of the event.
[[nodiscard]] std::string to_text(const event_facts& event);

/// What was written as expected: as above, a head over several lines.
[[nodiscard]] std::vector<std::string> output_lines(const expected_output& expected);

}  // namespace pushwire::transcripts
