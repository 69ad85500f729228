#include "protocol/inflater.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

// RFC 7692 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload"
constexpr std::array tail{std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}};

constexpr int raw_32k = -15;  // windowBits of zlib: no header, and a window of 32 KiB

uInt as_size(std::size_t size) {
    return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

inflater::inflater() {
    if (inflateInit2(&stream_, raw_32k) != Z_OK) throw std::bad_alloc{};
}

inflater::~inflater() {
    inflateEnd(&stream_);
}

void inflater::begin(std::span<const std::byte> history) noexcept {
    inflateReset(&stream_);
    fed_ = final_ = false;
    tail_left_ = tail.size();
    if (history.empty()) return;
    const auto done = inflateSetDictionary(&stream_, reinterpret_cast<const Bytef*>(history.data()),
                                           as_size(history.size()));
    PUSHWIRE_ASSERT(done == Z_OK);
}

inflater::outcome inflater::inflate(std::span<const std::byte>& from, std::span<std::byte>& to) {
    for (;;) {
        // RFC 7692 7.2.3.4 allows BFINAL, and RFC 1951 lets a stream end there; the message goes on behind it, at the next
        // byte, and may still refer back to what was before.
        if (final_ && !from.empty()) {
            inflateResetKeep(&stream_);
            final_ = false;
        }
        // All is out. Asked once more, zlib would forget that it is between two blocks.
        if (from.empty() && at_boundary()) return outcome::needs_input;
        if (to.empty()) return outcome::needs_room;

        stream_.next_in = reinterpret_cast<const Bytef*>(from.data());
        stream_.avail_in = as_size(from.size());
        stream_.next_out = reinterpret_cast<Bytef*>(to.data());
        stream_.avail_out = as_size(to.size());
        const auto given = stream_.avail_in;
        const auto room = stream_.avail_out;
        const auto said = ::inflate(&stream_, Z_NO_FLUSH);
        from = from.subspan(given - stream_.avail_in);
        to = to.subspan(room - stream_.avail_out);
        fed_ = fed_ || stream_.avail_in != given;

        if (said == Z_MEM_ERROR) throw std::bad_alloc{};
        if (said != Z_OK && said != Z_STREAM_END && said != Z_BUF_ERROR) return outcome::broken;
        final_ = said == Z_STREAM_END;
        if (!final_ && from.empty() && !to.empty()) return outcome::needs_input;
    }
}

/// Between two blocks, with no bit left over.
bool inflater::at_boundary() const {
    constexpr int between_blocks = 128;
    constexpr int bits_left_over = 63;
    return !fed_ || final_ ||
           ((stream_.data_type & between_blocks) != 0 && (stream_.data_type & bits_left_over) == 0);
}

inflater::outcome inflater::finish(std::span<std::byte>& to) {
    // Who leaves out the empty block before the tail as well, or sends no data at all for an empty message, is understood.
    if (tail_left_ == tail.size() && at_boundary()) return outcome::complete;
    auto rest = std::span{tail}.last(tail_left_);
    const auto said = inflate(rest, to);
    tail_left_ = rest.size();
    if (said != outcome::needs_input) return said;
    return at_boundary() ? outcome::complete : outcome::broken;
}

}  // namespace pushwire::protocol
