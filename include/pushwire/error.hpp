#pragma once
// What can go wrong with a connection: one table (error_rows.def), from which this enum and all its texts come.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace pushwire {

/// Why a connection ended, or was refused, other than by an ordinary closing handshake.
enum class error : std::uint8_t {
    none,
#define PUSHWIRE_ERROR(name, family, code, status, text) name,
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
};

/// How many there are, `none` included.
inline constexpr std::size_t error_count = 1
#define PUSHWIRE_ERROR(name, family, code, status, text) +1
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
    ;

enum class error_family : std::uint8_t {
    none,
    protocol,
    payload,
    limit,
    opening,
    time,
    network,
    application
};

/// One row of the table. All views live as long as the program.
struct error_row {
    std::string_view name;  ///< as the enumerator is spelt: fit for a metric's label
    error_family family;
    std::uint16_t close_code;   ///< what a close frame carries; 1006 where none is sent
    std::uint16_t http_status;  ///< what answers the opening handshake; 0 where there is none
    std::string_view text;      ///< at most 123 bytes, safe on the wire
};

[[nodiscard]] const error_row& describe(error why) noexcept;

/// Thrown by what sets a server up: constructor, options, `listen`. `what` says what is wrong and how to mend it, in one
/// line; `code` is the system's reason.
class setup_error : public std::system_error {
  public:
    setup_error(std::error_code why, const std::string& text) : std::system_error{why}, text_{text} {}
    [[nodiscard]] const char* what() const noexcept override { return text_.what(); }

  private:
    std::runtime_error text_;  // copies of it cannot throw
};

}  // namespace pushwire
