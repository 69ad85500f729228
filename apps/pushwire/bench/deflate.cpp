#include "deflate.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <zlib.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr int raw_window = -15;
constexpr int level = 6;
constexpr int memory_level = 8;
constexpr std::array tail{std::byte{0x00}, std::byte{0x00}, std::byte{0xff}, std::byte{0xff}};

Bytef* zlib(const std::byte* data) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data));
}

}  // namespace

std::vector<std::byte> deflated(std::span<const std::byte> payload) {
    z_stream with{};
    if (deflateInit2(&with, level, Z_DEFLATED, raw_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        throw failure{"cannot compress: zlib has no memory"};
    std::vector<std::byte> result(deflateBound(&with, payload.size()) + 16);
    with.next_in = zlib(payload.data());
    with.avail_in = static_cast<uInt>(payload.size());
    with.next_out = zlib(result.data());
    with.avail_out = static_cast<uInt>(result.size());
    deflate(&with, Z_SYNC_FLUSH);
    result.resize(with.total_out - tail.size());  // which the receiver adds (RFC 7692 7.2.1)
    deflateEnd(&with);
    return result;
}

std::optional<std::string> difference_inflated(std::span<const std::byte> compressed,
                                               std::span<const std::byte> expected,
                                               std::vector<std::byte>& scratch) {
    scratch.resize(expected.size() + 1);  // one byte too many shows
    z_stream with{};
    if (inflateInit2(&with, raw_window) != Z_OK) throw failure{"cannot inflate: zlib has no memory"};
    with.next_out = zlib(scratch.data());
    with.avail_out = static_cast<uInt>(scratch.size());
    int result = Z_OK;
    for (const auto& part : {compressed, std::span<const std::byte>{tail}}) {
        with.next_in = zlib(part.data());
        with.avail_in = static_cast<uInt>(part.size());
        if (result == Z_OK || result == Z_BUF_ERROR) result = inflate(&with, Z_SYNC_FLUSH);
    }
    const auto size = static_cast<std::size_t>(with.total_out);
    inflateEnd(&with);
    if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END)
        return "its payload is no deflated data";
    const auto came = std::span{scratch}.first(std::min(size, expected.size()));
    const auto differs = std::ranges::mismatch(came, expected);
    if (differs.in1 != came.end()) {
        return fmt::format("byte {} of the inflated payload is 0x{:02x}, expected 0x{:02x}",
                           differs.in1 - came.begin(), *differs.in1, *differs.in2);
    }
    if (size < expected.size())
        return fmt::format("it inflates to {} bytes, expected {}", size, expected.size());
    if (size > expected.size())
        return fmt::format("it inflates to more than the {} bytes expected", expected.size());
    return std::nullopt;
}

}  // namespace pushwire::bench
