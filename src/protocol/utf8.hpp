#pragma once
// UTF-8 (RFC 3629) as it comes: in chunks that may be cut amid a character. Overlong forms, surrogates and what is
// above U+10FFFF are told at the first byte that cannot continue, even if it is the last of its chunk (RFC 6455 8.1).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pushwire::protocol {

class utf8_validator {
  public:
    /// False if these bytes cannot follow those accepted before; the validator is then of no more use.
    [[nodiscard]] bool accept(std::span<const std::byte> bytes) noexcept;
    /// As `accept`, but tells how many bytes it accepted: all of them, or those before the first that cannot follow.
    [[nodiscard]] std::size_t accept_prefix(std::span<const std::byte> bytes) noexcept;
    /// Whether the bytes so far end at a character's boundary.
    [[nodiscard]] bool complete() const noexcept { return needed_ == 0; }

  private:
    [[nodiscard]] bool accept_byte(std::uint8_t byte) noexcept;

    std::uint8_t needed_ = 0;    // bytes that the character under way still needs
    std::uint8_t lower_ = 0x80;  // the range of the next of them
    std::uint8_t upper_ = 0xbf;
};

/// The longest beginning of `text` of at most `most` bytes that is valid UTF-8.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t most) noexcept;

}  // namespace pushwire::protocol
