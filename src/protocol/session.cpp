// The life of a session: its phases, how it ends, and time. What it does in the opening phase, with frames that
// come and with frames that go is in session_opening.cpp, session_receiving.cpp and session_sending.cpp.

#include <utility>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "protocol/activity.hpp"
#include "protocol/codecs.hpp"
#include "protocol/history.hpp"
#include "protocol/spares.hpp"

namespace pushwire::protocol {
namespace {

constexpr auto no_bound = std::chrono::milliseconds{0};
constexpr std::size_t most_kept = std::size_t{64} << 10;  // bytes, for the next message to be inflated

time_point after(time_point begin, std::chrono::milliseconds time) {
    return time == no_bound ? never : base::later(begin, time);
}

}  // namespace

session::session(const session_settings& settings, block_pool& blocks, time_point now)
    : settings_{&settings}, output_{blocks}, last_received_{now}, since_{now} {
    PUSHWIRE_ASSERT(is_server() || settings.masking_keys.draw != nullptr);
    PUSHWIRE_ASSERT(!settings.compression.enabled || settings.codecs != nullptr);
}

session::~session() {
    if (!doing_) return;
    if (doing_->uses_whole_message) (*settings_->codecs)->whole_message.end(most_kept);
    release_activity();
}

session::activity& session::needed_activity() {
    if (!doing_) doing_ = output_.pool().spares_->activities.take();
    return *doing_;
}

void session::release_activity() {
    output_.pool().spares_->activities.give_back(std::exchange(doing_, nullptr));
}

// --- bytes in

void session::receive(std::span<std::byte> bytes, time_point now) {
    if (doing_) doing_->destination_lent = false;
    if (phase_ == phase::closed || bytes.empty()) return;
    last_received_ = now;
    ping_sent_ = false;
    if (deflate_.in_use) (*settings_->codecs)->inflated = 0;
    auto& doing = needed_activity();
    auto& held = doing.held;
    if (doing.unread.empty()) {
        held.reset();
        doing.unread = bytes;
        return;
    }
    // Only what waits behind a request without an answer may be unread now.
    PUSHWIRE_ASSERT(held != nullptr);
    held->erase(held->begin(), held->end() - static_cast<std::ptrdiff_t>(doing.unread.size()));
    held->insert(held->end(), bytes.begin(), bytes.end());
    doing.unread = *held;
}

void session::receive_eof(time_point now) {
    if (phase_ == phase::closed) return;
    // A client that has asked for nothing, or had its answers, leaves in peace.
    const bool in_peace = phase_ == phase::opening && is_server() && !(doing_ && doing_->request_begun);
    needed_activity().began_by_peer = phase_ != phase::closing;
    end(in_peace ? error::none : error::connection_lost, now);
}

bool session::has_inflated_much() const {
    const auto after = settings_->rests_after_inflating;
    return after != 0 && doing_ && !doing_->unread.empty() && (*settings_->codecs)->inflated >= after;
}

std::span<std::byte> session::take_unread() {
    return doing_ ? std::exchange(doing_->unread, {}) : std::span<std::byte>{};
}

// --- events out

event session::next() {
    event told;  // made where the caller has it: copying it would cost as much as all else here
    if (!doing_) return told;
    if (doing_->keeps) release_spent();
    if (phase_ == phase::open && take_small_message(told)) return told;
    told = next_other();
    return told;
}

event session::next_other() {
    switch (phase_) {
        case phase::open:
        case phase::closing: {
            const auto told = next_frame();
            if (told.type == event_type::none && phase_ == phase::open && doing_->is_over()) {
                doing_->reset_over();
                output_.pool().spares_->activities.give_back_reset(std::exchange(doing_, nullptr));
            }
            return told;
        }
        case phase::opening:
            return next_opening();
        case phase::closed:
            break;
    }
    return tell_closed();
}

/// Frees what the last event showed.
void session::release_spent() {
    auto& doing = *doing_;
    if (doing.control && doing.under_way != payload_kind::control) doing.control.reset();
    if (doing.held && doing.unread.empty()) doing.held.reset();
    if (doing.handshake && phase_ == phase::closed && is_server()) doing.handshake.reset();
    if (doing.assembly && !doing.destination_lent) {
        const bool unfinished =
            phase_ == phase::open && (doing.fragmented || doing.under_way == payload_kind::data);
        if (!unfinished) doing.assembly.reset();
    }
    if (std::exchange(doing.uses_whole_message, false)) (*settings_->codecs)->whole_message.end(most_kept);
    // An answered request that somebody may still ask for stands in nobody's way.
    doing.keeps = doing.control || doing.held || doing.assembly || (doing.handshake && phase_ != phase::open);
}

/// The opening handshake is done.
void session::begin_messages(time_point now) {
    phase_ = phase::open;
    since_ = now;
    doing_->request_begun = false;  // it is answered, though somebody may still ask for it
    deflate_ = doing_->handshake->deflate();
    const bool context_is_kept = !deflate_.server_no_context_takeover || !deflate_.client_no_context_takeover;
    if (!deflate_.in_use || !context_is_kept) return;
    const int server_bits = deflate_.server_window_bits;
    const int client_bits = deflate_.client_window_bits;
    context_ = std::make_unique<compression_context>(
        is_server() ? compression_context{history{client_bits}, history{server_bits}}
                    : compression_context{history{server_bits}, history{client_bits}});
}

event session::tell_closed() {
    if (std::exchange(doing_->closed_told, true)) return {};
    return {event_type::closed, {}};
}

// --- the end

void session::close(std::uint16_t code, std::string_view reason, time_point now) {
    if (phase_ == phase::opening) return fail(error::refused, now);
    if (phase_ != phase::open) return;
    if (code != 0 && !close_code::may_be_sent(code)) code = close_code::internal_error;
    append_close(code == 0 ? close_code::no_status : code, reason);
    auto& doing = *doing_;
    release_outbox();
    phase_ = phase::closing;
    since_ = now;
    // RFC 6455 1.4: after the close frame was sent, what comes is discarded, but for the peer's close frame.
    if (doing.under_way == payload_kind::data) {
        doing.under_way = payload_kind::discarded;
        doing.fragmented = !doing.assembly->in_final_frame();
    }
}

void session::fail(error why, time_point now) {
    PUSHWIRE_ASSERT(why != error::none);
    const auto& row = describe(why);
    switch (phase_) {
        case phase::opening:
            if (is_server() && row.http_status != 0) return refuse(why, now);
            break;
        case phase::open:
        case phase::closing: {
            // What was answered before the failure leaves, unless it is the peer that does not take it.
            if (stuck_) {
                output_.drop_unbegun();
            } else if (!is_message_in_parts()) {
                release_waiting();
            }
            auto& doing = needed_activity();
            release_outbox();
            // RFC 6455 5.5.1: there is one close frame. If ours has begun to leave, it stays.
            const bool may_append = phase_ == phase::open || output_.bytes() < doing.close_end;
            if (may_append) doing.sent_code = 0;
            if (may_append && row.close_code != close_code::abnormal) append_close(row.close_code, row.text);
            break;
        }
        case phase::closed:
            return;
    }
    end(why, now);
}

void session::end(error why, time_point now) {
    phase_ = phase::closed;
    since_ = now;
    auto& doing = needed_activity();
    doing.why = why;
    doing.keeps = true;  // the handshake, perhaps
    doing.unread = {};
    // Nobody has been shown what is unfinished, so it goes at once: it may have been given up for its memory.
    const bool unfinished = doing.fragmented || doing.under_way == payload_kind::data;
    if (unfinished && !doing.destination_lent) doing.assembly.reset();
    doing.under_way = payload_kind::none;
    doing.request_waits = false;
    doing.next_pong.reset();
    release_outbox();
}

close_info session::outcome() const {
    if (!doing_) return {};
    const auto& done = *doing_;
    return {.code = done.code,
            .reason = done.reason ? std::string_view{*done.reason} : std::string_view{},
            .sent_code = done.sent_code,
            .began_by_peer = done.began_by_peer,
            .why = done.why};
}

// --- time

time_point session::deadline() const {
    const auto& limits = settings_->limits;
    switch (phase_) {
        case phase::opening:
            return after(since_, limits.handshake_time);
        case phase::open: {
            const auto idle =
                std::min({after(silent_since(), limits.idle_timeout), part_deadline(), message_due()});
            return ping_sent_ ? idle : std::min(idle, after(silent_since(), limits.ping_after));
        }
        case phase::closing:
        case phase::closed:
            break;
    }
    return after(since_, limits.closing_time);
}

/// While parts that were given wait for the peer to read, the application need not give more.
time_point session::part_deadline() const {
    if (!holds_messages()) return never;
    const auto& message = doing_->outbox->in_parts;
    if (!message || message->in_output != 0) return never;
    return after(message->waits_since, settings_->limits.part_time);
}

/// When the message under way must have come on.
time_point session::message_due() const {
    if (!doing_ || !doing_->assembly) return never;
    const auto& doing = *doing_;
    if (!doing.fragmented && doing.under_way != payload_kind::data) return never;
    return after(doing.assembly->moved_on(), settings_->limits.message_time);
}

void session::forgive_pause(time_point now) {
    forgive_silence(now);
    if (doing_ && doing_->assembly) doing_->assembly->forgive_pause(now);
}

/// RFC 6455 5.5.2. Nobody is given up for silence who was not asked: after a stall of our own the ping comes first.
void session::expire_open(time_point now) {
    if (now >= part_deadline()) return fail(error::part_timeout, now);
    if (now >= message_due()) return fail(error::message_timeout, now);
    const auto& limits = settings_->limits;
    const bool pings = limits.ping_after != no_bound && limits.ping_after < limits.idle_timeout;
    const bool idle = now >= after(silent_since(), limits.idle_timeout);
    if (idle && (ping_sent_ || !pings)) return fail(error::idle_timeout, now);
    append_frame({.opcode = opcode::ping}, {});
    ping_sent_ = true;
    if (idle) forgive_silence(now);
}

void session::expire(time_point now) {
    if (now < deadline()) return;
    switch (phase_) {
        case phase::opening:
            // RFC 9112 9.5: who had its answers, and asks for nothing more, is let go.
            if (is_server() && doing_ && doing_->handshake && !doing_->request_begun) {
                return end(error::none, now);
            }
            return fail(error::handshake_timeout, now);
        case phase::open:
            return expire_open(now);
        case phase::closing:
            return end(error::closing_timeout, now);  // RFC 6455 7.1.1
        case phase::closed:
            return;
    }
}

}  // namespace pushwire::protocol
