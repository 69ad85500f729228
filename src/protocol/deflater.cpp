#include "protocol/deflater.hpp"

#include <algorithm>
#include <new>

#ifndef ZLIB_CONST
#define ZLIB_CONST
#endif
#include <libdeflate.h>
#include <zlib.h>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

constexpr std::size_t kept_room = std::size_t{256} << 10;  // bytes; more is given back after use
constexpr std::size_t tail_size = 4;                       // of 00 00 ff ff
constexpr std::size_t largest = std::size_t{1} << 30;      // bytes; zlib counts in 32 bits

// More would cost libdeflate half as much again, and save a fortieth; less would save zlib nothing, and cost a fifth where
// messages refer back to others (docs/decisions/0006-context-is-kept-as-bytes.md).
constexpr int paying_whole = 1;
constexpr int paying_in_stream = 3;

const Bytef* as_zlib(std::span<const std::byte> bytes) {
    return reinterpret_cast<const Bytef*>(bytes.data());
}

}  // namespace

// zlib: refers back no further than a window, and goes on from a history.
struct deflater::stream {
    stream(int window_bits, int with_level) : level{with_level} {
        // zlib makes no raw data with a window of 256 bytes. With one of 512 it does what is wanted: it never refers back
        // by more than the window less 262 bytes (MAX_DIST of its deflate.h), which are 250.
        const int bits = std::max(window_bits, 9);
        // The table of hashes is as large as the window: a larger one is gone through each time that the window moves on.
        const int memory_level = std::min(bits - 7, 8);
        if (deflateInit2(&zlib, level, Z_DEFLATED, -bits, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc{};
        }
    }
    ~stream() { deflateEnd(&zlib); }
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    z_stream zlib{};
    int level;
};

// libdeflate: faster on text with few repetitions, but it knows whole data only, and ends with a final block.
struct deflater::whole {
    explicit whole(int with_level) : made{libdeflate_alloc_compressor(with_level)}, level{with_level} {
        if (made == nullptr) throw std::bad_alloc{};
    }
    ~whole() { libdeflate_free_compressor(made); }
    whole(const whole&) = delete;
    whole& operator=(const whole&) = delete;

    libdeflate_compressor* made;
    int level;
};

deflater::deflater() = default;
deflater::~deflater() = default;

std::span<std::byte> deflater::room(std::size_t size) {
    const auto wanted = std::max(size, kept_room);
    if (room_size_ < size || room_size_ > wanted) {
        room_.reset();
        room_size_ = 0;
        room_ = std::make_unique_for_overwrite<std::byte[]>(wanted);
        room_size_ = wanted;
    }
    return {room_.get(), size};
}

std::span<const std::byte> deflater::deflate(std::span<const std::byte> data, const request& how) {
    PUSHWIRE_ASSERT(how.window_bits >= 8 && how.window_bits <= 15);
    PUSHWIRE_ASSERT(how.history.empty() || !how.may_be_final);
    if (data.size() > largest) return {};
    // libdeflate's window is 32 KiB. In data that are no longer than the window agreed, nothing refers back further.
    const bool fits_window = how.window_bits == 15 || data.size() <= std::size_t{1} << how.window_bits;
    const bool is_whole = how.may_be_final && fits_window;
    const int level = how.level != 0 ? how.level : is_whole ? paying_whole : paying_in_stream;
    return is_whole ? deflate_whole(data, level) : deflate_in_stream(data, how, level);
}

std::span<const std::byte> deflater::deflate_whole(std::span<const std::byte> data, int level) {
    if (data.size() < 2) return {};
    if (!whole_ || whole_->level != level) whole_ = std::make_unique<whole>(level);
    const auto to = room(data.size() - 1);
    const auto size =
        libdeflate_deflate_compress(whole_->made, data.data(), data.size(), to.data(), to.size() - 1);
    if (size == 0) return {};
    // RFC 7692 7.2.3.4: the header of the empty block whose other bytes are left out.
    to[size] = std::byte{0};
    return to.first(size + 1);
}

std::span<const std::byte> deflater::deflate_in_stream(std::span<const std::byte> data, const request& how,
                                                       int level) {
    auto& made = streams_[static_cast<std::size_t>(how.window_bits)];
    if (!made || made->level != level) made = std::make_unique<stream>(how.window_bits, level);
    auto& zlib = made->zlib;
    deflateReset(&zlib);
    if (!how.history.empty()) {
        const auto done =
            deflateSetDictionary(&zlib, as_zlib(how.history), static_cast<uInt>(how.history.size()));
        PUSHWIRE_ASSERT(done == Z_OK);
    }
    const auto to = room(data.size() + tail_size);
    zlib.next_in = as_zlib(data);
    zlib.avail_in = static_cast<uInt>(data.size());
    zlib.next_out = reinterpret_cast<Bytef*>(to.data());
    zlib.avail_out = static_cast<uInt>(to.size());
    PUSHWIRE_ASSERT(zlib.avail_in == data.size() && zlib.avail_out == to.size());
    const auto said = ::deflate(&zlib, Z_SYNC_FLUSH);
    // Room is left over if all is there; and then it is smaller than the data with the four bytes.
    if (said != Z_OK || zlib.avail_out == 0) return {};
    return to.first(to.size() - zlib.avail_out - tail_size);
}

}  // namespace pushwire::protocol
