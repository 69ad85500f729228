#pragma once
// Reads bytes that somebody has written as text: hex digits alone, or what xxd, hexdump -C and Wireshark make of them.
//
//   8185 37fa213d, 0x7f ...                                    digits: by pairs, white space and marks between them
//   00000000: 8185 37fa 213d 7f9f 4d51 58  ..7.!=..MQX         a colon behind the offset: the text comes after two spaces
//   00000000  81 85 37 fa 21 3d 7f 9f  4d 51 58    |..7.!=|     without it: after sixteen bytes, or three spaces
//
// Offsets have to go on from line to line, so that a line that was lost is found.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushwire::decode {

class hex_dump {
  public:
    /// Whether bytes that begin like this are written as text. Nothing else begins so: where a frame's first byte is a hex
    /// digit, reserved bits are set (with A and B, it could be a compressed fragment of nothing but hex digits).
    [[nodiscard]] static bool is_one(std::string_view first);

    /// Appends what `text` says to `bytes`. Throws cli::usage_error, which names the line.
    void receive(std::string_view text, std::vector<std::byte>& bytes);
    /// There is no more text.
    void finish(std::vector<std::byte>& bytes);

  private:
    enum class layout : std::uint8_t { unknown, digits, offsets };

    void take_line(std::vector<std::byte>& bytes);
    void take_digits(std::string_view text, std::vector<std::byte>& bytes);
    void take_dumped(std::vector<std::byte>& bytes);
    [[noreturn]] void refuse(std::string_view why) const;

    layout layout_ = layout::unknown;
    std::uint64_t line_number_ = 1;
    std::string line_;                     // as far as it came; not where there are digits alone
    std::optional<unsigned> high_;         // of a byte whose second digit has not come
    std::optional<std::uint64_t> offset_;  // that comes next
    bool indented_ = false;                // Wireshark writes so what one of the two says
};

}  // namespace pushwire::decode
