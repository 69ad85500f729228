#pragma once
// Values as people write them, on the command line and in a file. What cannot be read throws usage_error with a text
// that completes `--name: `.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pushwire::cli {

/// "4096", "64K", "16M", "1G": bytes; K is 1024. At least 1.
[[nodiscard]] std::size_t parse_size(std::string_view text);

/// "500ms", "60s", "2m", "1h", or "0".
[[nodiscard]] std::chrono::milliseconds parse_duration(std::string_view text);

/// The whole of `text` as a decimal number from `least` to `most`; `noun` says what it should have been ("port").
[[nodiscard]] std::uint64_t parse_number(std::string_view text, std::uint64_t least, std::uint64_t most,
                                         std::string_view noun);

/// "true" or "false".
[[nodiscard]] bool parse_switch(std::string_view text);

}  // namespace pushwire::cli
