// A session sends a message in parts, and holds back the others meanwhile: their frames must not be mixed (RFC 6455 5.4).

#include <algorithm>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/outbox.hpp"

namespace pushwire::protocol {

send_result session::begin_message(message_type type, time_point now, bool check_text) {
    if (phase_ != phase::open) return send_result::not_open;
    if (is_message_in_parts()) return send_result::busy;
    release_waiting();  // what was sent before goes before
    outbox_ = std::make_unique<outbox>(output_.pool());
    outbox_->in_parts.emplace(message_in_parts{.type = type,
                                               .check_text = check_text && type == message_type::text,
                                               .in_output = output_.bytes(),
                                               .waits_since = now});
    return send_result::accepted;
}

send_result session::send_part(std::span<const std::byte> data, time_point now) {
    if (phase_ != phase::open) return send_result::not_open;
    if (!is_message_in_parts()) return send_result::not_begun;
    if (data.empty()) return send_result::accepted;
    auto& message = *outbox_->in_parts;
    if (message.check_text) {
        auto text = message.text;
        if (!text.accept(data)) return send_result::invalid_text;
        message.text = text;
    }
    append_part(data, false);
    message.in_output = output_.bytes();
    message.waits_since = now;
    return send_result::accepted;
}

send_result session::end_message() {
    if (phase_ != phase::open) return send_result::not_open;
    if (!is_message_in_parts()) return send_result::not_begun;
    auto& message = *outbox_->in_parts;
    if (message.check_text && !message.text.complete()) return send_result::invalid_text;
    append_part({}, true);
    outbox_->in_parts.reset();
    release_waiting();
    return send_result::accepted;
}

/// The first frame of a message tells its type, the others continue it; the last one has FIN set.
void session::append_part(std::span<const std::byte> data, bool last) {
    auto& message = *outbox_->in_parts;
    const auto code = message.has_frames ? opcode::continuation : static_cast<opcode>(message.type);
    append_frame({.fin = last, .opcode = code}, data);
    message.has_frames = true;
}

void session::hold_part_time() {
    if (is_message_in_parts()) outbox_->in_parts->in_output = output_.bytes();
}

bool session::is_message_in_parts() const {
    return outbox_ && outbox_->in_parts;
}

/// Puts the messages that wait into the output. A server's frames are there as they go out.
void session::release_waiting() {
    if (!outbox_) return;
    PUSHWIRE_ASSERT(!outbox_->in_parts);
    auto& waiting = outbox_->waiting;
    if (is_server()) {
        waiting.move_to(output_);
    } else {
        for (; !waiting.empty(); waiting.pop_front()) {
            const auto [type, data] = waiting.front();
            append_frame({.opcode = static_cast<opcode>(type)}, data);
        }
    }
    outbox_.reset();
}

std::size_t session::waiting_bytes() const {
    return outbox_ ? outbox_->waiting.bytes() : 0;
}

void session::shrink() {
    output_.shrink();
    if (outbox_) outbox_->waiting.shrink();
}

}  // namespace pushwire::protocol
