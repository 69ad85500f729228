#pragma once
// Inflates the data of compressed messages, one message at a time (RFC 7692 7.2.2), in steps of any size: what comes out,
// and where an error is found, does not depend on them.
//
// A window of 32 KiB is used whatever was agreed: a peer that refers further back than it promised is understood, as long
// as the data are there.

#include <cstddef>
#include <cstdint>
#include <span>

#ifndef ZLIB_CONST
#define ZLIB_CONST
#endif
#include <zlib.h>

namespace pushwire::protocol {

class inflater {
  public:
    /// What an inflater holds, in bytes: its state and its window.
    static constexpr std::size_t memory = std::size_t{40} << 10;

    inflater();
    ~inflater();
    inflater(const inflater&) = delete;
    inflater& operator=(const inflater&) = delete;

    /// A message begins, which may refer back to `history`.
    void begin(std::span<const std::byte> history) noexcept;

    enum class outcome : std::uint8_t {
        needs_input,
        needs_room,  ///< there may be more to come of the input already taken
        broken,      ///< not DEFLATE data; the inflater is of no more use until `begin`
        complete,    ///< only from `finish`
    };
    /// Inflates from the front of `from` to the front of `to`, and takes off both what it used.
    outcome inflate(std::span<const std::byte>& from, std::span<std::byte>& to);
    /// The message's data are at an end. To be called again with more room if it needs that.
    outcome finish(std::span<std::byte>& to);

  private:
    [[nodiscard]] bool at_boundary() const;

    z_stream stream_{};
    bool fed_ = false;           // some byte of the message was taken
    bool final_ = false;         // a block with BFINAL set has just ended
    std::size_t tail_left_ = 0;  // bytes of the tail that the sender left out
};

}  // namespace pushwire::protocol
