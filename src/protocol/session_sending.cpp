// A session puts frames together (RFC 6455 6.1), into its output.

#include <algorithm>
#include <array>
#include <cstring>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/activity.hpp"
#include "protocol/codecs.hpp"
#include "protocol/first_byte.hpp"
#include "protocol/history.hpp"
#include "protocol/utf8.hpp"

namespace pushwire::protocol {
namespace {

/// Whether the frame begins a compressed message: RSV1 is set (RFC 7692 6).
bool is_compressed(const std::byte* frame) {
    return (frame[0] & std::byte{0x40}) != std::byte{0};
}

}  // namespace

/// A server's frame of the smallest form (RFC 6455 5.2).
inline void session::append_small_frame(std::byte first, std::span<const std::byte> payload) {
    auto* const to = output_.append_frame(2 + payload.size());
    to[0] = first;
    to[1] = static_cast<std::byte>(payload.size());
    if (!payload.empty()) std::memcpy(to + 2, payload.data(), payload.size());
}

send_result session::send(message_type type, std::span<const std::byte> data, bool check_text) {
    if (phase_ != phase::open) return send_result::not_open;  // RFC 6455 4.1, 5.5.1, 6.1
    if (type == message_type::text && check_text && !is_utf8(data)) return send_result::invalid_text;
    const bool is_small = data.size() <= max_control_payload && is_server() && !deflate_.in_use;
    if (must_wait()) [[unlikely]] {
        waiting_room().waiting.append(type, data);
    } else if (is_small) {
        append_small_frame(first_byte({.opcode = static_cast<opcode>(type)}), data);
    } else {
        append_message(type, data);
    }
    return send_result::accepted;
}

bool session::is_to_be_compressed(std::span<const std::byte> payload) const {
    return deflate_.in_use && payload.size() >= settings_->compression.threshold;
}

/// Compressed, where that was agreed on and makes it smaller (RFC 7692 6: "MAY").
void session::append_message(message_type type, std::span<const std::byte> payload) {
    const auto code = static_cast<opcode>(type);
    if (is_to_be_compressed(payload)) {
        deflater::request how{.level = settings_->compression.level, .may_be_final = deflate_.may_send_final};
        how.window_bits = is_server() ? deflate_.server_window_bits : deflate_.client_window_bits;
        if (keeps_sent()) how.history = context_->sent.bytes();
        const auto compressed = (*settings_->codecs)->compressor.deflate(payload, how);
        if (!compressed.empty()) {
            if (keeps_sent()) context_->sent.append(payload);
            return append_frame({.reserved = compressed_bit, .opcode = code}, compressed);
        }
    }
    append_frame({.opcode = code}, payload);
}

/// A publication was compressed without our context, and the next message may not refer back past it.
void session::append_shared(const shared_frame& frame) {
    if (keeps_sent() && is_compressed(frame.bytes().data())) context_->sent.clear();
    output_.append_shared(frame);
}

session::frame_in_place session::in_place(message_type type, std::span<const std::byte> data) const {
    frame_in_place frame;
    const bool is_first = phase_ == phase::open && output_.empty() && !must_wait();
    if (!is_first || !is_server() || is_to_be_compressed(data)) return frame;
    const frame_header header{.opcode = static_cast<opcode>(type), .payload_length = data.size()};
    frame.header_size = encode_frame_header(header, frame.header.data());
    frame.payload = data;
    return frame;
}

void session::keep_rest(const frame_in_place& frame, std::size_t n) {
    const auto header = std::span{frame.header}.first(frame.header_size);
    PUSHWIRE_ASSERT(output_.empty() && n <= header.size() + frame.payload.size());
    if (n == 0) {
        auto* const to = output_.append_frame(header.size() + frame.payload.size());
        std::ranges::copy(header, to);
        std::ranges::copy(frame.payload, to + header.size());
    } else {
        const auto of_header = std::min(n, header.size());
        output_.append_opaque(header.subspan(of_header));
        output_.append_opaque(frame.payload.subspan(n - of_header));
    }
    stuck_ = !output_.empty();
}

send_result session::send_shared(const shared_frame& frame) {
    PUSHWIRE_ASSERT(is_server());  // RFC 6455 5.3: a client draws a new key for each frame
    if (phase_ != phase::open) return send_result::not_open;
    if (must_wait()) [[unlikely]] {
        waiting_room().waiting.append_shared(frame);
    } else {
        append_shared(frame);
    }
    return send_result::accepted;
}

send_result session::send_ping(std::span<const std::byte> data) {
    PUSHWIRE_ASSERT(data.size() <= max_control_payload);  // RFC 6455 5.5
    if (phase_ != phase::open) return send_result::not_open;
    append_frame({.opcode = opcode::ping}, data);
    return send_result::accepted;
}

void session::append_frame(frame_header header, std::span<const std::byte> payload) {
    if (is_server() && payload.size() <= max_control_payload) [[likely]] {
        return append_small_frame(first_byte(header), payload);
    }
    if (!is_server()) {  // RFC 6455 5.1, 5.3
        header.masked = true;
        header.key = settings_->masking_keys.draw(settings_->masking_keys.state);
    }
    const auto size = frame_header_size(payload.size(), header.masked) + payload.size();
    encode_frame(header, payload, output_.append_frame(size));
}

/// RFC 6455 5.5.1. `code` 1005: without a body.
void session::append_close(std::uint16_t code, std::string_view reason) {
    if (!is_message_in_parts()) release_waiting();
    std::array<std::byte, max_control_payload> body;
    std::size_t size = 0;
    if (code != close_code::no_status) {
        body[size++] = static_cast<std::byte>(code >> 8);
        body[size++] = static_cast<std::byte>(code & 0xff);
        const auto cut = utf8_prefix(reason, body.size() - size);
        if (!cut.empty()) std::memcpy(body.data() + size, cut.data(), cut.size());
        size += cut.size();
    }
    append_frame({.opcode = opcode::close}, std::span{body}.first(size));
    auto& doing = needed_activity();
    doing.close_end = output_.bytes();
    doing.sent_code = code;
    doing.next_pong.reset();
}

/// RFC 6455 5.5.2, 5.5.3: while the peer reads, each ping is answered. Once it does not, one pong waits in the output,
/// and behind it the answer to the latest ping only: pings that nobody reads the answers of must not fill memory.
void session::answer_ping(std::span<const std::byte> payload) {
    if (!stuck_ || !output_.mark_waits()) {
        append_frame({.opcode = opcode::pong}, payload);
        output_.mark();
        return;
    }
    auto& pong = doing_->next_pong;
    if (!pong) pong = std::make_unique<control_frame>();
    pong->size = payload.size();
    std::ranges::copy(payload, pong->bytes.begin());
}

shared_frame encode_message(shared_frames& into, message_type type, std::span<const std::byte> data,
                            bool is_compressed) {
    const auto reserved = is_compressed ? compressed_bit : std::uint8_t{0};
    auto frame = into.place(frame_header_size(data.size(), false) + data.size());
    encode_frame({.reserved = reserved, .opcode = static_cast<opcode>(type)}, data, frame.bytes().data());
    return frame;
}

std::size_t session::drop_oldest(std::size_t wanted, time_point now) {
    // What was compressed with context is what the next message refers back to: it must arrive.
    auto dropped = keeps_sent() ? 0 : output_.drop_oldest(wanted);
    if (!doing_) return dropped;
    doing_->close_end -= std::min(dropped, doing_->close_end);
    if (!doing_->outbox) return dropped;
    auto& [in_parts, waiting] = *doing_->outbox;
    if (in_parts) in_parts->left(dropped, now);
    if (dropped < wanted) dropped += waiting.drop_oldest(wanted - dropped);
    return dropped;
}

std::size_t session::droppable(std::size_t wanted) const {
    const auto found = keeps_sent() ? 0 : output_.droppable(wanted);
    if (found >= wanted || !holds_messages()) return found;
    return found + doing_->outbox->waiting.droppable(wanted - found);
}

void session::consume(std::size_t n, time_point now) {
    output_.consume(n);
    if (doing_) after_consumed(n, now);
    // Last: whether what has just taken a place there counts must not depend on how the stream cut what it took.
    stuck_ = !output_.empty();
}

void session::after_consumed(std::size_t n, time_point now) {
    auto& doing = *doing_;
    doing.close_end -= std::min(n, doing.close_end);
    if (is_message_in_parts()) doing.outbox->begun().left(n, now);
    if (doing.next_pong && !output_.mark_waits()) {
        append_frame({.opcode = opcode::pong}, doing.next_pong->payload());
        output_.mark();
        doing.next_pong.reset();
    }
    if (!is_message_in_parts()) release_waiting(most_encoded_ahead());
}

}  // namespace pushwire::protocol
