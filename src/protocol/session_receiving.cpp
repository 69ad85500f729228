// A session takes frames apart (RFC 6455 6.2). A frame that lies whole in the bytes given is handed out where it lies;
// the rest of this file is for what came in pieces:
//
//   header       the beginning of a header
//   control      the payload of a control frame, at most 125 bytes
//   assembly     the payload of a message: of several frames, or of one that came in part. Where messages are handed
//                out in parts, as they come, only how far it has come
//
// A small message that is compressed and came whole is inflated into a buffer that all sessions of the thread share.

#include <algorithm>
#include <cstring>
#include <tuple>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/activity.hpp"
#include "protocol/codecs.hpp"
#include "protocol/history.hpp"
#include "protocol/utf8.hpp"

namespace pushwire::protocol {
namespace {

// Reading straight into a message's buffer saves a copy, but gives up reading what follows it in the same call: it
// is worth that while as much is to come as a loop usually reads at once.
constexpr std::uint64_t least_to_come = std::uint64_t{64} << 10;
// And it allocates as much as has arrived before anything more has: a peer has to earn that.
constexpr std::size_t least_arrived = std::size_t{16} << 10;
// So many bytes are inflated at a time, to at most a thousand times as many, before it is asked whether to rest.
constexpr std::uint64_t most_compressed_at_once = std::uint64_t{2} << 10;

event_type type_of(opcode data) {
    return data == opcode::text ? event_type::text : event_type::binary;
}

}  // namespace

/// A message of one small frame that is all there, between messages: most are such. Only what is right is taken here, so
/// that the rules are left to `next_frame`.
bool session::take_small_message(event& told) {
    auto& doing = *doing_;
    auto& unread = doing.unread;
    constexpr std::size_t header_size = 2 + std::tuple_size_v<masking_key>;
    if (unread.size() < header_size || !doing.is_between_messages()) return false;
    if (in_parts_ || deflate_.in_use || !is_server()) return false;

    constexpr auto final_frame = std::byte{0x80};
    const auto type =
        static_cast<opcode>(unread[0] ^ final_frame);  // no FIN or a reserved bit is none of the two
    const auto length = std::to_integer<std::size_t>(unread[1] ^ std::byte{0x80});  // without MASK above all
    const bool is_message = type == opcode::text || type == opcode::binary;
    if (!is_message || length > std::min(max_control_payload, max_message())) return false;
    if (unread.size() - header_size < length) return false;

    masking_key key;
    std::memcpy(key.data(), unread.data() + 2, key.size());
    const auto payload = unread.subspan(header_size, length);
    unread = unread.subspan(header_size + length);
    apply_mask(payload, key);
    return tell_whole(type, payload, told);
}

event session::next_frame() {
    while (phase_ != phase::closed && !rests()) {
        if (doing_->under_way == payload_kind::none) {
            frame_header header;
            if (doing_->unread.empty() || !begin_frame(header)) break;
            if (const auto told = take_payload(header); told.type != event_type::none) return told;
        } else {
            if (const auto told = take_payload_under_way(); told.type != event_type::none) return told;
            if (doing_->payload_left != 0 && doing_->unread.empty()) break;
        }
    }
    return phase_ == phase::closed ? tell_closed() : event{};
}

/// Takes a header from the unread bytes. False if it is not all there (what is there is kept), or not right (the
/// connection has failed).
bool session::begin_frame(frame_header& header) {
    auto& doing = *doing_;
    std::span<const std::byte> bytes = doing.unread;
    if (doing.header_size != 0) {
        const auto n = std::min(doing.unread.size(), doing.header.size() - doing.header_size);
        std::memcpy(doing.header.data() + doing.header_size, doing.unread.data(), n);
        bytes = std::span{doing.header}.first(doing.header_size + n);
    }
    const auto negotiated = deflate_.in_use ? compressed_bit : std::uint8_t{0};
    const auto parsed = parse_frame_header(bytes, settings_->role, negotiated);
    if (const auto why = check_frame(parsed); why != error::none) {
        fail(why, last_received_);
        return false;
    }
    if (parsed.size == 0) {
        if (doing.header_size == 0) std::memcpy(doing.header.data(), bytes.data(), bytes.size());
        doing.header_size = static_cast<std::uint8_t>(bytes.size());
        doing.unread = {};
        return false;
    }
    doing.unread = doing.unread.subspan(parsed.size - doing.header_size);
    doing.header_size = 0;
    header = parsed.header;
    return true;
}

/// What a header may not be: by itself, after the frames before it, or by its size. The order of the checks is that
/// of the bytes they need, so that the finding does not depend on how the bytes were cut.
error session::check_frame(const frame_header_parse& parsed) const {
    const auto& header = parsed.header;
    if (header.reserved == 0 || (deflate_.in_use && header.reserved == compressed_bit)) {
        // RFC 6455 5.4: the frames of a message are not mixed with those of another.
        const bool begins = header.opcode == opcode::text || header.opcode == opcode::binary;
        if (begins && doing_->fragmented) return error::continuation_expected;
        if (header.opcode == opcode::continuation && !doing_->fragmented)
            return error::continuation_unexpected;
    }
    if (parsed.why != error::none) return parsed.why;
    if (parsed.size != 0 && phase_ == phase::open && !is_control(header.opcode)) {
        const auto most = header.reserved == 0 ? max_message() : inflation::most_on_wire(max_inflated());
        const bool fits = doing_->fragmented ? doing_->assembly->takes(header.payload_length)
                                             : header.payload_length <= most;
        // RFC 6455 7.4.1, 10.4: told before any of it is read.
        if (!fits) return error::message_too_big;
    }
    return error::none;
}

/// The payload of a frame whose header was just taken, as far as it is there.
event session::take_payload(const frame_header& header) {
    const auto length = header.payload_length;
    const bool whole = length <= doing_->unread.size();
    const bool at_once = whole && (header.reserved == 0 || length <= most_compressed_at_once);

    if (is_control(header.opcode)) {
        if (whole) {
            const auto payload = cut_unread(length);
            if (header.masked) apply_mask(payload, header.key);
            return finish_control(header.opcode, payload);
        }
        doing_->control = std::make_unique<control_frame>();
        doing_->control->header = header;
        doing_->keeps = true;
        doing_->under_way = payload_kind::control;
    } else if (phase_ == phase::closing) {
        doing_->under_way = payload_kind::discarded;
        doing_->fragmented = !header.fin;
    } else if (at_once && header.fin && !doing_->fragmented && !in_parts_) {
        const auto payload = cut_unread(length);
        if (header.reserved != 0) return take_compressed(header, payload);
        if (header.masked) apply_mask(payload, header.key);
        event told;
        (void)tell_whole(header.opcode, payload, told);
        return told;
    } else {
        if (!doing_->fragmented) {
            doing_->assembly = std::make_unique<assembly>(&output_.pool().spare());
            begin_message(*doing_->assembly, header);
            doing_->assembly->begin_time(last_received_);
            doing_->keeps = true;
        }
        doing_->assembly->begin_frame(header);
        doing_->under_way = payload_kind::data;
    }
    doing_->payload_left = length;
    return take_payload_under_way();
}

/// The unmasked payload of a message that came in one frame.
bool session::tell_whole(opcode type, std::span<std::byte> payload, event& told) {
    if (type == opcode::text && !is_utf8(payload)) {
        fail(error::text_not_utf8, last_received_);  // RFC 6455 8.1
        return false;
    }
    told.type = type_of(type);
    told.data = payload;
    return true;
}

void session::begin_message(assembly& into, const frame_header& header) {
    if (header.reserved == 0) return into.begin(header.opcode, max_message());
    const auto before = keeps_received() ? context_->received.bytes() : std::span<const std::byte>{};
    into.begin(header.opcode, max_inflated(), *settings_->codecs, before);
}

/// A small compressed message that is all there (RFC 7692 7.2.2).
event session::take_compressed(const frame_header& header, std::span<std::byte> payload) {
    auto& whole = (*settings_->codecs)->whole_message;
    doing_->uses_whole_message = doing_->keeps = true;
    begin_message(whole, header);
    whole.begin_frame(header);
    auto why = whole.append(payload);
    if (why == error::none) why = whole.finish();
    if (why != error::none) {
        fail(why, last_received_);
        return {};
    }
    return tell_message(whole);
}

/// More of a payload that is not handed out where it lies.
event session::take_payload_under_way() {
    if (in_parts_ && doing_->under_way == payload_kind::data) return take_part();
    const bool inflates = doing_->under_way == payload_kind::data && doing_->assembly->is_compressed();
    const auto bytes =
        cut_unread(inflates ? std::min(doing_->payload_left, most_compressed_at_once) : doing_->payload_left);
    doing_->payload_left -= bytes.size();

    switch (doing_->under_way) {
        case payload_kind::none:
            PUSHWIRE_ASSERT(false);
            break;
        case payload_kind::discarded:
            if (doing_->payload_left == 0) doing_->under_way = payload_kind::none;
            break;
        case payload_kind::data:
            if (const auto why = doing_->assembly->append(bytes); why != error::none) {
                fail(why, last_received_);
                break;
            }
            doing_->assembly->note_time(last_received_);
            if (doing_->payload_left == 0) return finish_message();
            break;
        case payload_kind::control: {
            auto& kept = *doing_->control;
            std::ranges::copy(bytes, kept.bytes.begin() + static_cast<std::ptrdiff_t>(kept.size));
            kept.size += bytes.size();
            if (doing_->payload_left != 0) break;
            doing_->under_way = payload_kind::none;
            if (kept.header.masked) apply_mask(kept.payload(), kept.header.key);
            return finish_control(kept.header.opcode, kept.payload());
        }
    }
    return {};
}

/// As much of a message as can be handed out at once, where it lies.
event session::take_part() {
    auto& doing = *doing_;
    auto& message = *doing.assembly;
    const bool compressed = message.is_compressed();
    auto bytes = doing.unread.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(doing.payload_left, doing.unread.size())));
    const auto given = bytes.size();
    const bool ends = given == doing.payload_left && message.in_final_frame();
    const auto part =
        message.take(bytes, ends, compressed ? (*settings_->codecs)->part_room() : std::span<std::byte>{});

    const auto taken = given - bytes.size();
    doing.unread = doing.unread.subspan(taken);
    doing.payload_left -= taken;
    if (doing.payload_left == 0 && !part.more) {
        doing.under_way = payload_kind::none;
        doing.fragmented = !message.in_final_frame();
    }
    message.note_time(last_received_);
    if (compressed && keeps_received()) context_->received.append(part.data);
    const auto type = message.type() == opcode::text ? event_type::text_part : event_type::binary_part;
    if (part.why != error::none) fail(part.why, last_received_);
    if (part.data.empty() && !part.last) return {};
    return {type, part.data, part.first, part.last};
}

std::span<std::byte> session::cut_unread(std::uint64_t most) {
    auto& unread = doing_->unread;
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(most, unread.size()));
    const auto taken = unread.first(n);
    unread = unread.subspan(n);
    return taken;
}

/// The end of a frame that went to the assembly. Its message is handed out if it was the last.
event session::finish_message() {
    doing_->under_way = payload_kind::none;
    doing_->fragmented = !doing_->assembly->in_final_frame();
    if (doing_->fragmented) return {};
    if (const auto why = doing_->assembly->finish(); why != error::none) {
        fail(why, last_received_);
        return {};
    }
    return tell_message(*doing_->assembly);
}

event session::tell_message(const assembly& whole) {
    if (whole.is_compressed() && keeps_received()) context_->received.append(whole.message());
    return {type_of(whole.type()), whole.message()};
}

event session::finish_control(opcode code, std::span<const std::byte> payload) {
    if (code == opcode::close) {
        finish_closing_handshake(payload);
        return {};
    }
    if (code == opcode::pong) return {event_type::pong, payload};
    // RFC 6455 5.5.2: also after our own close frame, until the peer's has come (5.5.1 forbids only data then).
    answer_ping(payload);
    return {event_type::ping, payload};
}

/// RFC 6455 5.5.1, 7.1.5, 7.1.6.
void session::finish_closing_handshake(std::span<const std::byte> body) {
    auto code = close_code::no_status;
    if (!body.empty()) {
        if (body.size() < 2) return fail(error::close_body_too_short, last_received_);
        code = static_cast<std::uint16_t>(std::to_integer<unsigned>(body[0]) << 8 |
                                          std::to_integer<unsigned>(body[1]));
        if (!close_code::may_be_sent(code)) return fail(error::close_code_invalid, last_received_);
        const auto reason = body.subspan(2);
        if (!is_utf8(reason)) return fail(error::reason_not_utf8, last_received_);
        if (!reason.empty()) {
            doing_->reason =
                std::make_unique<std::string>(reinterpret_cast<const char*>(reason.data()), reason.size());
        }
    }
    doing_->code = code;
    if (phase_ == phase::open) {
        doing_->began_by_peer = true;
        append_close(code, {});  // "it typically echos the status code"
    }
    end(error::none, last_received_);
}

// --- large payloads, read where they will be handed out

std::span<std::byte> session::destination() {
    if (!doing_ || phase_ != phase::open) return {};
    auto& doing = *doing_;
    if (doing.under_way != payload_kind::data || !doing.unread.empty()) return {};
    if (doing.payload_left < least_to_come || doing.assembly->size() < least_arrived) return {};
    if (doing.assembly->is_compressed() || in_parts_) return {};
    doing.destination_lent = true;
    return doing.assembly->room(static_cast<std::size_t>(doing.payload_left));
}

void session::commit(std::size_t n, time_point now) {
    if (!doing_ && n == 0) return;
    PUSHWIRE_ASSERT(doing_ && (doing_->destination_lent || n == 0));
    auto& doing = *doing_;
    doing.destination_lent = false;
    if (n == 0 || phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(n <= doing.payload_left && doing.unread.empty());
    last_received_ = now;
    ping_sent_ = false;
    doing.payload_left -= n;
    if (doing.under_way != payload_kind::data) return;
    if (const auto why = doing.assembly->commit(n); why != error::none) return fail(why, now);
    doing.assembly->note_time(now);
}

std::size_t session::unfinished_bytes() const {
    std::size_t bytes = 0;
    if (!doing_) return 0;
    const auto& doing = *doing_;
    if (doing.assembly) bytes += sizeof(assembly) + doing.assembly->memory();
    if (doing.held) bytes += doing.held->capacity();
    if (doing.handshake && doing.request_begun && phase_ == phase::opening) {
        bytes += doing.handshake->memory();
    }
    return bytes;
}

}  // namespace pushwire::protocol
