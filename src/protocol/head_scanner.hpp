#pragma once
// Finds the end of an HTTP/1.1 head, byte by byte, and refuses what cannot become one at the first byte that shows it:
// a TLS ClientHello at its first byte, a header that is too large without waiting for a line's end. It tells the lines
// and characters of RFC 9112 2 to 5 apart and keeps nothing; what a head says is http_head's to find out.
//
// Since it looks at each byte once, in order, however the input is cut, its verdict depends on the bytes alone.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pushwire::protocol {

enum class head_verdict : std::uint8_t {
    incomplete,
    complete,  ///< the empty line that ends the head has been consumed
    malformed,
    folded,   ///< a field goes on in the next line (obs-fold, RFC 9112 5.2)
    version,  ///< the request is not HTTP/1.x
    too_large,
    too_many_fields,
};

class head_scanner {
  public:
    enum class start : std::uint8_t {
        request_line,
        status_line,
        fields,  ///< none: the trailer section of a chunked body (RFC 9112 7.1.2)
    };

    /// `max_bytes` bounds all of the head: start line, fields and line ends.
    head_scanner(start first, std::size_t max_bytes, std::size_t max_fields);

    struct progress {
        head_verdict verdict;
        std::size_t consumed;  ///< up to and including the byte that decided
    };

    /// After a verdict other than `incomplete` it must not be called again.
    progress receive(std::string_view bytes);

    /// The empty line before the request line that was skipped: 0 or 2 bytes.
    [[nodiscard]] std::size_t skipped_bytes() const { return skipped_bytes_; }
    /// The size of the head so far, without what was skipped.
    [[nodiscard]] std::size_t head_bytes() const { return head_bytes_; }

  private:
    enum class place : std::uint8_t;

    [[nodiscard]] std::uint8_t passed_over() const;
    [[nodiscard]] bool is_at_line_start() const;
    std::size_t pass_field(std::string_view bytes);
    head_verdict step(char c);
    head_verdict begin_line(char c);
    head_verdict match_version(char c);
    head_verdict move_to(place next);

    std::size_t max_bytes_;
    std::size_t max_fields_;
    std::size_t head_bytes_ = 0;
    std::size_t fields_ = 0;
    std::size_t skipped_bytes_ = 0;
    std::uint8_t matched_ = 0;  // of the version or the status
    place place_;
    start first_;
};

}  // namespace pushwire::protocol
