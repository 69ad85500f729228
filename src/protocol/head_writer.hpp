#pragma once
// HTTP/1.1 heads out. What would break one, or say something else than the protocol says, cannot get into it: a field that
// the application adds is left out if its name is no token, if its value holds CR, LF, NUL or another control
// character (RFC 9110 5.5), or if the name is one of those that the handshake or the framing of the message sets.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <pushwire/request.hpp>

namespace pushwire::protocol {

class head_writer {
  public:
    /// "HTTP/1.1 404 Not Found". A status that cannot be a final one (RFC 9110 15) becomes 500; 101 stays.
    explicit head_writer(std::uint16_t status);

    /// "GET /path HTTP/1.1". What cannot stand in a target is percent-encoded.
    head_writer(std::string_view method, std::string_view target);

    /// A field that the protocol itself sets; left out if its value cannot stand in a field.
    head_writer& field(std::string_view name, std::string_view value);

    /// The application's own, where they are allowed.
    head_writer& fields(const header_list& added);

    /// The whole message; the writer is empty afterwards.
    [[nodiscard]] std::string finish(std::string_view body = {});

  private:
    std::string text_;
};

/// Whether the list has a field of that name which would be sent.
[[nodiscard]] bool sends(const header_list& added, std::string_view name) noexcept;

/// The status that is sent for `status`: see head_writer.
[[nodiscard]] std::uint16_t final_status(std::uint16_t status) noexcept;

}  // namespace pushwire::protocol
