#pragma once
// The body of a request: a known number of bytes, or the chunked transfer coding (RFC 9112 6.2, 7.1). It grows with what
// arrived, never with what was announced, and is bounded. Chunk extensions and trailers are checked, bounded and
// thrown away (RFC 9112 7.1.1; RFC 9110 6.5.1: a trailer must not be taken for a header field).
//
// As in head_scanner, each byte is looked at once, so the cuts of the input make no difference; Beast's parser is not
// used here since it does not promise that, and bounds neither extensions nor trailers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pushwire/limits.hpp>

#include "protocol/head_scanner.hpp"

namespace pushwire::protocol {

enum class body_verdict : std::uint8_t {
    incomplete,
    complete,
    too_large,  ///< more than limits.max_body
    malformed,
    trailer_refused,  ///< see trailer_verdict()
};

class http_body {
  public:
    /// Of exactly that many bytes, which the caller has checked against limits.max_body.
    explicit http_body(std::uint64_t bytes) : place_{place::known_length}, remaining_{bytes} {}

    /// Chunked.
    explicit http_body(const pushwire::limits& limits);

    struct progress {
        body_verdict verdict;
        std::size_t consumed;  ///< up to and including the byte that decided
    };

    /// After a verdict other than `incomplete` it must not be called again.
    progress receive(std::string_view bytes);

    /// Why the trailer section was refused.
    [[nodiscard]] head_verdict trailer_verdict() const { return trailer_verdict_; }

    /// What has come. Valid until the next `receive`.
    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    [[nodiscard]] std::size_t capacity() const { return bytes_.capacity(); }

  private:
    enum class place : std::uint8_t {
        known_length,
        size_start,
        size,
        size_blank,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailers,
    };

    std::size_t take_data(std::string_view bytes);
    body_verdict step(char c);
    body_verdict read_size(char c);
    body_verdict end_size(place next);

    place place_;
    std::uint64_t remaining_ = 0;  // of the body, or of the chunk under way
    int size_digits_ = 0;
    std::size_t max_body_ = 0;
    std::size_t extension_room_ = 0;  // for all chunks together
    std::optional<head_scanner> trailers_;
    head_verdict trailer_verdict_ = head_verdict::incomplete;
    std::string bytes_;
};

}  // namespace pushwire::protocol
