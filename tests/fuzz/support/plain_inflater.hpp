#pragma once
// A peer that inflates what it is sent, with zlib, and with the window and the history that were agreed on, no more (RFC 7692
// 7.2.2).

#include <cstddef>
#include <span>
#include <vector>

#ifndef ZLIB_CONST
#define ZLIB_CONST
#endif
#include <zlib.h>

#include "fuzz/support/check.hpp"

namespace pushwire::fuzz {

/// What was agreed on about the sender's messages.
struct inflating_terms {
    int window_bits = 15;
    bool keeps_context = false;  ///< a message may refer back to those before it
    bool may_be_final = true;    ///< a message may end with a final block
};

class plain_inflater {
  public:
    explicit plain_inflater(const inflating_terms& terms = {}) : terms_{terms} {
        FUZZ_CHECK(inflateInit2(&stream_, -terms.window_bits) == Z_OK);
    }
    ~plain_inflater() { inflateEnd(&stream_); }
    plain_inflater(const plain_inflater&) = delete;
    plain_inflater& operator=(const plain_inflater&) = delete;

    /// Demands that `payload` is a compressed message.
    std::vector<std::byte> inflate(std::span<const std::byte> payload) {
        constexpr std::byte tail[] = {std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};
        std::vector<std::byte> data(payload.begin(), payload.end());
        data.insert(data.end(), std::begin(tail), std::end(tail));
        std::vector<std::byte> message;
        // A byte at a time, nothing but the window can be referred to.
        std::vector<std::byte> room(terms_.window_bits < 15 ? 1 : 4096);
        if (!terms_.keeps_context) inflateReset(&stream_);
        stream_.next_in = reinterpret_cast<const Bytef*>(data.data());
        stream_.avail_in = static_cast<uInt>(data.size());
        for (;;) {
            stream_.next_out = reinterpret_cast<Bytef*>(room.data());
            stream_.avail_out = static_cast<uInt>(room.size());
            const auto said = ::inflate(&stream_, Z_SYNC_FLUSH);
            FUZZ_CHECK(said == Z_OK || said == Z_BUF_ERROR || said == Z_STREAM_END);
            message.insert(message.end(), room.begin(),
                           room.end() - static_cast<std::ptrdiff_t>(stream_.avail_out));
            if (said == Z_STREAM_END) {
                // RFC 7692 7.2.3.4: behind the final block is the byte 00, which the tail makes an empty one.
                FUZZ_CHECK(terms_.may_be_final && stream_.avail_in <= 1 + sizeof tail);
                inflateReset(&stream_);
                return message;
            }
            if (stream_.avail_out != 0) {
                FUZZ_CHECK(stream_.avail_in == 0);
                return message;
            }
        }
    }

  private:
    inflating_terms terms_;
    z_stream stream_{};
};

}  // namespace pushwire::fuzz
