// Compressed data (RFC 7692 7.2): inflating bytes that anyone sent, cut anywhere, into rooms of any size, gives the same as
// at once, and the same as zlib does; and what we compress inflates to what it was.
//
//   byte 0   the cuts of the input; byte 1: of the room; bit 7 of it: compress instead
//   then     history: a byte of length, and so many; then the data

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "fuzz/support/plain_inflater.hpp"
#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"

namespace pushwire::fuzz {
namespace {

using protocol::deflater;
using protocol::inflater;
using bytes = std::vector<std::byte>;

constexpr std::size_t most = std::size_t{128} << 10;  // bytes inflated: a bomb is cut off here

struct outcome {
    bytes data{};
    bool broken = false;
    bool too_much = false;

    friend bool operator==(const outcome&, const outcome&) = default;
};

/// The inflater that all inputs share, as the messages of a thread do: nothing of one reaches the next.
inflater& shared_inflater() {
    static inflater shared;
    return shared;
}

outcome inflate(std::span<const std::byte> input, std::span<const std::byte> history, cuts cut,
                cuts room_cut) {
    auto& tested = shared_inflater();
    tested.begin(history);
    outcome result;
    bytes room(std::size_t{4} << 10);
    const auto step = [&](auto&& inflate_some) {
        for (;;) {
            auto to = std::span{room}.first(room_cut.next(room.size()));
            const auto size = to.size();
            const auto said = inflate_some(to);
            FUZZ_CHECK(to.size() <= size);
            result.data.insert(result.data.end(), room.begin(),
                               room.begin() + static_cast<std::ptrdiff_t>(size - to.size()));
            if (result.data.size() > most) {
                result.data.resize(most);
                result.too_much = true;
                return false;
            }
            if (said == inflater::outcome::broken) {
                result.broken = true;
                return false;
            }
            if (said != inflater::outcome::needs_room) return true;
        }
    };
    bool goes_on = true;
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        std::span<const std::byte> from{piece};
        goes_on = step([&](std::span<std::byte>& to) { return tested.inflate(from, to); });
        FUZZ_CHECK(!goes_on || from.empty());
        return goes_on;
    });
    if (goes_on) step([&](std::span<std::byte>& to) { return tested.finish(to); });
    return result;
}

/// What zlib makes of it; nullopt where the data hold a final block, after which it needs help. Who leaves out the empty
/// block before the tail is understood: without the tail, then.
std::optional<outcome> inflate_by_zlib(std::span<const std::byte> input, std::span<const std::byte> history,
                                       bool with_tail) {
    z_stream stream{};
    FUZZ_CHECK(inflateInit2(&stream, -15) == Z_OK);
    if (!history.empty()) {
        inflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(history.data()),
                             static_cast<uInt>(history.size()));
    }
    bytes data(input.begin(), input.end());
    if (with_tail) {
        for (const unsigned byte : {0x00u, 0x00u, 0xffu, 0xffu}) data.push_back(static_cast<std::byte>(byte));
    }
    outcome result;
    result.data.resize(most + 1);
    stream.next_in = reinterpret_cast<const Bytef*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data.data());
    stream.avail_out = static_cast<uInt>(result.data.size());
    const auto said = ::inflate(&stream, Z_SYNC_FLUSH);
    // The message ends at the end of a block (bit 7), and of a byte (bits 0 to 5).
    const bool at_boundary =
        (stream.data_type & 128) != 0 && (stream.data_type & 63) == 0 && stream.avail_in == 0;
    const bool ended = said == Z_STREAM_END;
    result.data.resize(result.data.size() - stream.avail_out);
    result.too_much = result.data.size() > most;
    if (result.too_much) result.data.resize(most);
    result.broken = !result.too_much && (said == Z_DATA_ERROR || !at_boundary);
    inflateEnd(&stream);
    if (ended) return std::nullopt;
    return result;
}

void check_inflating(std::span<const std::byte> input, std::span<const std::byte> history, cuts cut,
                     cuts room_cut) {
    const auto whole = inflate(input, history, cuts{0}, cuts{0});
    FUZZ_CHECK(whole == inflate(input, history, cut, room_cut));
    if (input.empty()) {  // what no data stand for is no DEFLATE block, and taken for an empty message
        FUZZ_CHECK(whole == outcome{});
        return;
    }
    auto zlib = inflate_by_zlib(input, history, false);
    if (zlib && zlib->broken) zlib = inflate_by_zlib(input, history, true);
    if (!zlib) return;
    FUZZ_CHECK(whole.too_much == zlib->too_much && whole.broken == zlib->broken);
    // How far it comes before an error is zlib's to choose.
    if (!whole.broken) FUZZ_CHECK(whole.data == zlib->data);
}

void check_compressing(byte_source source, std::span<const std::byte> history, cuts cut, cuts room_cut) {
    static deflater shared;
    deflater::request how{.level = source.u8() % 10, .window_bits = 8 + source.u8() % 8, .history = history};
    how.history = history.last(std::min(history.size(), std::size_t{1} << how.window_bits));
    how.may_be_final = (source.u8() & 1) != 0 && history.empty();
    // Runs and literals, so that there is something to find.
    bytes data;
    while (!source.empty() && data.size() < most / 2) {
        const auto size = source.u8();
        if (size < 128) {
            const auto literal = source.take(size);
            data.insert(data.end(), literal.begin(), literal.end());
        } else if (!data.empty()) {
            const auto back = 1 + source.u16() % data.size();
            for (auto left = (size - 127) * std::size_t{8}; left > 0; --left)
                data.push_back(data[data.size() - back]);
        }
    }
    const auto compressed = shared.deflate(data, how);
    if (compressed.empty()) return;
    FUZZ_CHECK(compressed.size() < data.size());
    const bytes payload(compressed.begin(), compressed.end());
    const auto back = inflate(payload, how.history, cut, room_cut);
    FUZZ_CHECK(!back.broken && !back.too_much && back.data == data);
    if (how.history.empty()) FUZZ_CHECK(plain_inflater{}.inflate(payload) == data);
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto flags = source.u8();
    const cuts room_cut{static_cast<std::uint8_t>(flags & 0x7f)};
    const auto history = source.take(source.u8());
    if ((flags & 0x80) != 0)
        check_compressing(source, history, cut, room_cut);
    else
        check_inflating(source.take_rest(), history, cut, room_cut);
    return 0;
}
