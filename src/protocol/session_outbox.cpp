// A session sends a message in parts, and holds back the others meanwhile: their frames must not be mixed (RFC 6455 5.4).

#include <algorithm>
#include <limits>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/activity.hpp"

namespace pushwire::protocol {

send_result session::begin_message(message_type type, time_point now, bool check_text) {
    if (phase_ != phase::open) return send_result::not_open;
    if (is_message_in_parts()) return send_result::busy;
    release_waiting();  // what was sent before goes before
    waiting_room().in_parts.emplace(message_in_parts{.type = type,
                                                     .check_text = check_text && type == message_type::text,
                                                     .in_output = output_.bytes(),
                                                     .waits_since = now});
    return send_result::accepted;
}

send_result session::send_part(std::span<const std::byte> data, time_point now) {
    if (phase_ != phase::open) return send_result::not_open;
    if (!is_message_in_parts()) return send_result::not_begun;
    if (data.empty()) return send_result::accepted;
    auto& message = doing_->outbox->begun();
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
    auto& message = doing_->outbox->begun();
    if (message.check_text && !message.text.complete()) return send_result::invalid_text;
    append_part({}, true);
    doing_->outbox->in_parts.reset();
    release_waiting(most_encoded_ahead());
    return send_result::accepted;
}

/// The first frame of a message tells its type, the others continue it; the last one has FIN set.
void session::append_part(std::span<const std::byte> data, bool last) {
    auto& message = doing_->outbox->begun();
    const auto code = message.has_frames ? opcode::continuation : static_cast<opcode>(message.type);
    append_frame({.fin = last, .opcode = code}, data);
    message.has_frames = true;
}

void session::hold_part_time() {
    if (is_message_in_parts()) doing_->outbox->begun().in_output = output_.bytes();
}

bool session::is_message_in_parts() const {
    return holds_messages() && doing_->outbox->in_parts;
}

/// A connection that keeps context compresses messages as they leave: one that is dropped before that is no history. Up to
/// so many bytes are put into the output ahead, so that a send has enough to take; those are never dropped.
std::size_t session::most_encoded_ahead() const {
    return std::min(block_pool::usual_capacity, settings_->limits.max_backlog / 4);
}

outbox& session::waiting_room() {
    auto& room = needed_activity().outbox;
    if (!room) room = std::make_unique<outbox>(output_.pool());
    holds_messages_ = true;
    return *room;
}

/// Puts the messages that wait into the output, while there are no more than `most` bytes in it. Without compression a
/// server's frames are there as they go out.
void session::release_waiting(std::size_t most) {
    if (!holds_messages()) return;
    PUSHWIRE_ASSERT(!doing_->outbox->in_parts);
    auto& waiting = doing_->outbox->waiting;
    if (is_server() && !deflate_.in_use) waiting.move_to(output_);
    if (!keeps_sent()) most = std::numeric_limits<std::size_t>::max();
    while (!waiting.empty() && output_.bytes() <= most) {
        const auto [type, data, is_compressed] = waiting.front();
        if (is_compressed) {
            append_shared(waiting.take_shared());
        } else {
            append_message(type, data);
            waiting.pop_front();
        }
    }
    if (waiting.empty()) release_outbox();
}

void session::release_outbox() {
    doing_->outbox.reset();
    holds_messages_ = false;
}

std::size_t session::bytes_in_outbox() const {
    return doing_->outbox->waiting.bytes();
}

void session::shrink() {
    output_.shrink();
    if (holds_messages()) doing_->outbox->waiting.shrink();
}

}  // namespace pushwire::protocol
