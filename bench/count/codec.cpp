// Functions without state: masking, UTF-8, the header of a frame.

#include <array>

#include <pushwire/protocol/session.hpp>

#include "count/count.hpp"
#include "protocol/utf8.hpp"
#include "support/payload.hpp"

namespace pushwire::count {
namespace {

using namespace bench;
using namespace protocol;

constexpr int times = 1000;

void count_mask(std::string_view name, std::size_t size) {
    constexpr masking_key key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
    // Where a frame of this size has its payload, in a buffer that the read began at.
    const auto begin = frame_header_size(size, true);
    read_buffer buffer;
    const auto payload = buffer.fill(std::vector<std::byte>(begin + size, std::byte{'a'})).subspan(begin);
    count(name, times, [&] { apply_mask(payload, key); });
}

void count_text(std::string_view name, const std::string& text) {
    read_buffer buffer;
    const auto bytes = buffer.fill(as_bytes(text));
    count(name, times, [&] { keep(is_utf8(bytes)); });
}

void count_pieces(std::string_view name, const std::string& text, std::size_t piece) {
    read_buffer buffer;
    const auto bytes = buffer.fill(as_bytes(text));
    count(name, times, [&] {
        utf8_validator validator;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            keep(validator.accept(bytes.subspan(at, std::min(piece, bytes.size() - at))));
        }
    });
}

void count_parse(std::string_view name, std::size_t payload_length) {
    const auto frame = from_client(opcode::binary, std::string(payload_length, 'a'));
    count(name, times, [&] { keep(parse_frame_header(frame, role::server)); });
}

void count_encode(std::string_view name, std::size_t payload_length) {
    std::array<std::byte, max_frame_header> room{};
    const frame_header header{.opcode = opcode::binary, .payload_length = payload_length};
    count(name, times, [&] {
        keep(encode_frame_header(header, room.data()));
        keep(room);
    });
}

}  // namespace

void count_codec() {
    count_mask("mask 5 B", 5);
    count_mask("mask 16 B", 16);
    count_mask("mask 64 B", 64);
    count_mask("mask 125 B", 125);
    count_mask("mask 1 KiB", 1 << 10);
    count_mask("mask 16 KiB", 16 << 10);

    count_text("UTF-8, 16 B of ASCII", repeated("ascii, ", 16));
    count_text("UTF-8, 60 B of ASCII", repeated("ascii, ", 60));
    count_text("UTF-8, 60 B of Chinese", repeated("\u4f60\u597d\uff0c", 60));
    count_text("UTF-8, 60 B of smileys", repeated("\U0001f600", 60));
    count_text("UTF-8, 16 KiB of ASCII", repeated("ascii, ", 16 << 10));
    count_text("UTF-8, 16 KiB of Chinese", repeated("\u4f60\u597d\uff0c", 16 << 10));
    count_pieces("UTF-8, 16 KiB of Chinese in reads of 1 KiB", repeated("\u4f60\u597d\uff0c", 16 << 10),
                 1 << 10);

    count_parse("frame header, 64 B", 64);
    count_parse("frame header, 1 KiB", 1 << 10);
    count_parse("frame header, 64 KiB", 64 << 10);
    count_encode("encode header, 64 B", 64);
    count_encode("encode header, 1 KiB", 1 << 10);
    count_encode("encode header, 64 KiB", 64 << 10);
}

}  // namespace pushwire::count
