#include "protocol/waiting_messages.hpp"

#include <array>

#include <pushwire/protocol/frame.hpp>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

struct parsed_front {
    frame_header header;
    std::span<const std::byte> payload;
    std::size_t size;  // of the frame
};

/// The frame that `frames` begins with.
parsed_front parse_front(const output& frames) {
    std::array<std::span<const std::byte>, 1> first;
    PUSHWIRE_ASSERT(frames.gather(first) == 1);
    const auto parsed = parse_frame_header(first[0], role::client, compressed_bit);  // as a server sends it
    PUSHWIRE_ASSERT(parsed.size != 0 && parsed.why == error::none);
    const auto length = static_cast<std::size_t>(parsed.header.payload_length);
    return {parsed.header, first[0].subspan(parsed.size, length), parsed.size + length};
}

}  // namespace

void waiting_messages::append(message_type type, std::span<const std::byte> data) {
    auto* const place = frames_.append_frame(frame_header_size(data.size(), false) + data.size());
    encode_frame({.opcode = static_cast<opcode>(type)}, data, place);
}

waiting_messages::message waiting_messages::front() const {
    const auto first = parse_front(frames_);
    return {static_cast<message_type>(first.header.opcode), first.payload, first.header.reserved != 0};
}

shared_frame waiting_messages::take_shared() {
    auto taken = frames_.front_frame(parse_front(frames_).size);
    pop_front();
    return taken;
}

void waiting_messages::pop_front() {
    frames_.consume(parse_front(frames_).size);
}

}  // namespace pushwire::protocol
