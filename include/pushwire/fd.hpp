#pragma once
// The number of a connection. It is no file descriptor: it is given to a connection when its opening handshake is done,
// or put to `on_handshake`, is never given twice in the life of a server, and is below 2^53, so that JavaScript can hold it.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

namespace pushwire {

/// Names one connection of a server. `fd{}` (number 0) names none.
class fd {
  public:
    constexpr fd() = default;
    constexpr explicit fd(std::uint64_t number) : number_{number} {}

    [[nodiscard]] constexpr std::uint64_t number() const { return number_; }
    constexpr explicit operator bool() const { return number_ != 0; }

    friend constexpr auto operator<=>(const fd&, const fd&) = default;
    friend std::ostream& operator<<(std::ostream& out, fd fd) { return out << fd.number_; }

  private:
    std::uint64_t number_ = 0;
};

[[nodiscard]] inline std::string to_string(fd fd) {
    return std::to_string(fd.number());
}

}  // namespace pushwire

template <>
struct std::hash<pushwire::fd> {
    std::size_t operator()(pushwire::fd fd) const noexcept { return std::hash<std::uint64_t>{}(fd.number()); }
};
