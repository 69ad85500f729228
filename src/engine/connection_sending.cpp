// What a connection is asked to send, and how it leaves.

#include <algorithm>

#include "engine/call_handler.hpp"
#include "engine/connection.hpp"
#include "engine/handlers.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

// Payloads of so many bytes leave at once from where they lie: to copy one costs more than a system call of its own.
constexpr std::size_t least_in_place = std::size_t{8} << 10;

}  // namespace

// A message is always taken when nothing waits; otherwise only if it fits the backlog.
inline bool connection::fits(std::size_t frame_bytes) const {
    const auto waits = session_.backlog_bytes();
    return waits == 0 || waits + frame_bytes <= worker_.server().options.limits.max_backlog;
}

inline push_result connection::admit(std::size_t frame_bytes) {
    const bool is_first = !sending_ && !session_.holds_messages();  // of this turn, if not of all
    return is_first && fits(frame_bytes) ? push_result::accepted : admit_behind(frame_bytes);
}

push_result connection::push(std::string_view data, message_type type) {
    if (!told_open_ || session_.phase() != protocol::phase::open) return push_result::closing;
    const auto bytes = std::as_bytes(std::span{data});
    const bool check = type == message_type::text && worker_.server().options.check_pushed_text;
    if (check && !worker_.is_text_in_hand(data) && !protocol::is_utf8(bytes))
        return push_result::invalid_text;
    const auto admitted = admit(protocol::frame_header_size(data.size(), false) + data.size());
    if (admitted != push_result::accepted && admitted != push_result::queued) return admitted;

    // To make room the server may just have given up this connection.
    const bool has_left = data.size() >= least_in_place && send_in_place(type, bytes);
    if (!has_left && session_.send(type, bytes, false) != protocol::send_result::accepted)
        return push_result::closing;
    worker_.counts().messages_sent.add();
    worker_.counts().bytes_sent.add(data.size());
    settle_later();
    return worker_.is_too_much_queued() ? relieve() : admitted;
}

push_result connection::deliver(protocol::publication& published) {
    if (!told_open_ || session_.phase() != protocol::phase::open) return push_result::closing;
    const auto& frame = published.frame_for(session_);
    const auto admitted = admit(frame.size);
    if (admitted != push_result::accepted && admitted != push_result::queued) return admitted;

    if (session_.send_shared(frame) != protocol::send_result::accepted) return push_result::closing;
    worker_.counts().messages_sent.add();
    worker_.counts().bytes_sent.add(published.size());
    settle_later();
    return worker_.is_too_much_queued() ? relieve() : admitted;
}

// It passes by what waits behind a message in parts. However full the backlog is, nothing else makes room for it.
push_result connection::ping(std::string_view payload) {
    if (!told_open_ || session_.phase() != protocol::phase::open) return push_result::closing;
    const auto data = std::as_bytes(std::span{payload.substr(0, protocol::max_control_payload)});
    const auto bytes = protocol::frame_header_size(data.size(), false) + data.size();
    if (!fits(bytes)) hand_over();
    if (!fits(bytes)) return push_result::refused_backlog;
    session_.send_ping(data);
    settle_later();
    const auto admitted = sending_ ? push_result::queued : push_result::accepted;
    return worker_.is_too_much_queued() ? relieve() : admitted;
}

/// Where others wait, or there is no room.
push_result connection::admit_behind(std::size_t frame_bytes) {
    if (!fits(frame_bytes)) {
        const auto made = make_room(frame_bytes);
        if (made != push_result::accepted) return made;
    }
    if (!sending_ && !session_.holds_messages()) return push_result::accepted;
    owes_drain_ = true;
    return push_result::queued;
}

/// Says accepted if there is room now.
push_result connection::make_room(std::size_t frame_bytes) {
    hand_over();  // what was appended in this turn may only have waited for its end
    if (fits(frame_bytes)) return push_result::accepted;
    owes_drain_ = true;
    const auto& limits = worker_.server().options.limits;
    if (limits.when_backlog_full == backlog_policy::drop_oldest) {
        // Nothing is dropped in vain: for a message that would not fit even then, or would have to wait although it is
        // larger than the backlog.
        const auto waits = session_.backlog_bytes();
        const auto wanted = std::min(waits + frame_bytes - limits.max_backlog, waits);
        if (session_.droppable(wanted) >= wanted) session_.drop_oldest(wanted, worker_.now());
    }
    if (fits(frame_bytes)) return push_result::accepted;
    worker_.counts().pushes_refused.add();
    if (limits.when_backlog_full == backlog_policy::close) {
        fail(error::backlog_full);
        return push_result::closing;
    }
    return push_result::refused_backlog;
}

void connection::disconnect(std::uint16_t code, std::string_view reason) {
    session_.close(code, reason, worker_.now());
    resume();  // the peer's close frame must be read
    settle_later();
}

void connection::pause() {
    if (paused_ || session_.phase() != protocol::phase::open) return;
    paused_ = true;
    pause_reading();
}

void connection::resume() {
    if (!paused_) return;
    paused_ = false;
    session_.forgive_pause(worker_.now());
    read_on();
    settle_later();
}

void connection::turn_away() {
    if (session_.phase() == protocol::phase::opening) fail(error::shutting_down);
}

void connection::fail(error why) {
    session_.fail(why, worker_.now());
    resume();  // the peer's end must be read
    settle_later();
}

void connection::cut() {
    if (closing_stream_) return;
    hand_over();  // what the kernel takes still leaves
    broken_ = true;
    if (extras_) extras_->held = {};
    session_.receive_eof(worker_.now());
    session_.outgoing().drop_all();
    if (extras_) worker_.bounds().not_stuck(*extras_);
    settle_later();
}

// ---------------------------------------------------------------- bytes out

// The last bytes left with a send, or were taken later, when the loop told of it. Who sends in parts can go on although
// messages wait behind those parts; who pushes such messages cannot.
void connection::tell_drained() {
    if (!owes_drain_ && !owes_room_) return;
    if (!session_.outgoing().empty()) return;
    const bool all_left = session_.backlog_bytes() == 0;
    if (!all_left && !owes_room_) return;
    owes_room_ = false;
    if (all_left) owes_drain_ = false;
    if (!is_open() || !handlers_->on_drain) return;
    call_handler("on_drain", [&] { handlers_->on_drain(worker_.server().self, fd_); });
}

void connection::hand_over() {
    auto& output = session_.outgoing();
    std::size_t taken = 0;
    while (!sending_ && !broken_ && !output.empty()) {
        auto& segments = worker_.segments;
        const auto count = output.gather(segments);
        const auto given = std::span{segments}.first(count);
        const auto outcome = tls_ ? tls_->send(given) : worker_.loop().send(*this, given);
        sending_ = outcome.pending;
        session_.consume(outcome.sent, worker_.now());
        taken += outcome.sent;
        if (sending_) session_.shrink();
        // While HTTP is spoken there are no pings: who goes on reading is there.
        if (!told_open_ && outcome.sent != 0) session_.forgive_silence(worker_.now());
    }
    if (sending_ || extras_) note_queue(taken);
}

/// A message that nothing is before: only what the loop does not take of it is copied. Says whether it was such a one.
bool connection::send_in_place(message_type type, std::span<const std::byte> data) {
    if (sending_ || broken_ || tls_) return false;
    const auto frame = session_.in_place(type, data);
    if (frame.header_size == 0) return false;
    auto& segments = worker_.segments;
    segments[0] = std::span{frame.header}.first(frame.header_size);
    segments[1] = frame.payload;
    const auto outcome = worker_.loop().send(*this, std::span{segments}.first(2));
    sending_ = outcome.pending;
    session_.keep_rest(frame, outcome.sent);
    if (sending_ || extras_) note_queue(outcome.sent);
    return true;
}

void connection::write() {
    hand_over();
    tell_drained();
    leave_if_done();
}

// After the end: what is in the output leaves, our side is shut, and input is discarded until the peer ends its own.
void connection::leave_if_done() {
    if (closing_stream_) return;
    if (!session_.done() || is_open() || awaits_decision()) return;  // its end is still to be told
    if (tls_ && tls_->is_in_handshake()) broken_ = true;             // nothing can be said yet
    if (!broken_ && (sending_ || !session_.outgoing().empty())) return;
    if (!broken_ && !write_shut_) {
        write_shut_ = true;
        shut_stream();
    }
    if (!broken_ && tls_ && tls_->waiting_bytes() != 0) return;
    if (broken_ || peer_ended_) {
        closing_stream_ = true;
        if (extras_) worker_.bounds().not_stuck(*extras_);
        worker_.loop().disarm(*this);
        close_stream();
    }
}

// What is asked of the stream: of the loop itself, or of TLS between.

void connection::pause_reading() {
    tls_ ? tls_->pause() : worker_.loop().pause(*this);
}

void connection::read_on() {
    if (!paused_ && !rests_ && !broken_ && !closing_stream_ && !peer_ended_) resume_reading();
}

void connection::resume_reading() {
    tls_ ? tls_->resume() : worker_.loop().resume(*this);
}

void connection::shut_stream() {
    tls_ ? tls_->shut_write() : worker_.loop().shut_write(*this);
}

void connection::close_stream() {
    tls_ ? tls_->close() : worker_.loop().close(*this);
}

// The deadline moves later with every byte that comes, so the timer is only re-armed to come earlier; one that comes too
// early asks again.
void connection::arm_deadline() {
    if (closing_stream_) return;
    const auto deadline = session_.deadline();
    if (deadline >= armed_) return;
    armed_ = deadline;
    worker_.loop().arm(*this, deadline);
}

}  // namespace pushwire::engine
