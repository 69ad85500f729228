// The life of a connection: what the loop tells, and what the session has to tell. How it opens, what goes out, and what
// it costs is in connection_opening.cpp, connection_sending.cpp and connection_memory.cpp.

#include "engine/connection.hpp"

#include <utility>

#include "engine/call_handler.hpp"
#include "engine/handlers.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

error error_of(std::error_code tls) {
    if (tls == net::tls_error::plain_http) return error::tls_expected;
    return tls == net::tls_error::broken ? error::tls_broken : error::tls_handshake_failed;
}

}  // namespace

connection::connection(worker& owner, const net::address& remote, net::time_point now)
    : worker_{owner}, session_{owner.session_settings(), owner.blocks(), now} {
    needed_extras().came = {.remote = remote, .at = owner.loop().wall_time()};
}

connection::~connection() {
    if (extras_) worker_.bounds().forget(*extras_);
    destroy_user_object();
}

void connection::attach(int connected, std::shared_ptr<const net::tls_end> tls) {
    if (!tls) return worker_.loop().attach(*this, connected);
    tls_ = std::make_unique<net::tls_stream>(worker_.loop(), *this, worker_.tls_workspace(), std::move(tls));
    tls_->attach(connected);
}

board::state connection::state() const {
    return {is_open(), session_.last_received(), session_.backlog_bytes()};
}

// ---------------------------------------------------------------- what the loop tells

std::span<std::byte> connection::destination() {
    const bool reads_on = session_.phase() == protocol::phase::open && !paused_ && !holds_unread();
    if (!reads_on) return {};
    const auto room = session_.destination();
    if (!room.empty()) note_unfinished();  // it has grown for this
    return room;
}

void connection::on_received(std::span<std::byte> bytes) {
    // After the end input is read and discarded: closing with unread input would send a reset, which destroys the close
    // frame on its way to the peer. The closing time bounds it.
    if (session_.done()) return;
    if (extras_ && extras_->proxy_header) bytes = read_proxy_header(bytes);
    if (bytes.empty()) return;
    if (paused_ || holds_unread()) {  // what was held comes first
        auto& held = needed_extras().held;
        held.insert(held.end(), bytes.begin(), bytes.end());
        settle_later();
        return;
    }
    in_hand_ = true;
    session_.receive(bytes, worker_.loop().now());
    pump();
    hold_unread();
    finish();
}

void connection::on_committed(std::size_t n) {
    in_hand_ = true;
    session_.commit(n, worker_.loop().now());
    pump();
    finish();
}

void connection::on_received_eof() {
    peer_ended_ = true;
    session_.commit(0, worker_.loop().now());  // the read that found the end is over
    if (!holds_unread()) session_.receive_eof(worker_.loop().now());
    settle();
}

void connection::on_writable() {
    session_.consume(0, worker_.loop().now());
    sending_ = false;
    settle();
}

void connection::on_failed(std::error_code why) {
    // If only TLS failed, it lingers as after a violation, so that what says why arrives.
    if (why.category() == net::tls_category()) return fail(error_of(why));
    session_.commit(0, worker_.loop().now());  // no read is under way any more
    cut();
    settle();
}

void connection::on_closed() {
    worker_.forget(*this);
}

void connection::on_expired() {
    armed_ = net::never;
    const bool has_rested = rests_;
    rests_ = false;
    if (session_.done() && session_.deadline() <= worker_.loop().now()) {
        cut();  // the peer has had its time to end its side
        return;
    }
    if (paused_) session_.forgive_pause(worker_.loop().now());
    session_.expire(worker_.loop().now());
    if (session_.phase() != protocol::phase::open) resume();  // the peer's end must be read
    settle();
    if (has_rested) read_on();
}

// ---------------------------------------------------------------- events out

void connection::stand_in_line() {
    worker_.settle_later(*this);
}

void connection::settle() {
    in_hand_ = true;
    if (!paused_ && !rests_ && holds_unread()) {
        auto bytes = std::exchange(extras_->held, {});
        session_.receive(bytes, worker_.loop().now());
        pump();
        hold_unread();
        if (peer_ended_ && !holds_unread()) session_.receive_eof(worker_.loop().now());
    }
    pump();
    finish();
}

// The end of a turn with this connection: what it brought about leaves, and is told to others. What `on_drain` asks for
// comes too late for this turn.
void connection::finish() {
    in_hand_ = false;
    write();
    if (is_open()) worker_.write_board(*this);
    arm_deadline();
    if (!extras_ && !session_.holds_unfinished()) return;
    note_unfinished();
    release_extras();
    worker_.relieve_unfinished();
}

/// Counts one more of what the peer sends. If it comes too fast the connection has failed.
inline bool connection::keeps_pace() {
    return !worker_.server().message_pace.is_set() || is_in_time();
}

// While the application has paused a connection, only its end is told.
void connection::pump() {
    for (;;) {
        if (paused_ && session_.phase() == protocol::phase::open) return;
        const auto event = session_.next();
        switch (event.type) {
            case protocol::event_type::none:
                return;
            case protocol::event_type::text:
            case protocol::event_type::binary:
                if (keeps_pace()) tell_message(event);
                break;
            case protocol::event_type::text_part:
            case protocol::event_type::binary_part:
                if (!event.first || keeps_pace()) tell_part(event);
                break;
            case protocol::event_type::request:
                answer_request();
                break;
            case protocol::event_type::closed:
                tell_closed();
                break;
            case protocol::event_type::ping:
            case protocol::event_type::pong:
                if (keeps_pace()) tell_control(event);
                break;
            case protocol::event_type::opened:
                break;
        }
    }
}

void connection::hold_unread() {
    const bool rests = session_.rests();
    if (!paused_ && !rests) return;
    if (rests) rest();
    const auto unread = session_.take_unread();
    if (unread.empty() && !extras_) return;
    needed_extras().held.assign(unread.begin(), unread.end());
}

/// Nothing is read or handed out before others had their turn.
void connection::rest() {
    rests_ = true;
    pause_reading();
    armed_ = worker_.loop().now();
    worker_.loop().arm(*this, armed_);
}

void connection::tell_message(const protocol::event& event) {
    auto& counts = worker_.counts();
    counts.messages_received.add();
    counts.bytes_received.add(event.data.size());
    if (!handlers_->on_message) return;

    message told;
    told.fd = fd_;
    told.data = {reinterpret_cast<const char*>(event.data.data()), event.data.size()};
    told.type = event.type == protocol::event_type::text ? message_type::text : message_type::binary;
    told.received = worker_.loop().now();
    told.user_object = user_object();
    if (told.type == message_type::text) worker_.text_in_hand = told.data;
    call_handler("on_message", [&] { handlers_->on_message(worker_.server().self, told); });
    worker_.text_in_hand = {};
}

void connection::tell_part(const protocol::event& event) {
    auto& counts = worker_.counts();
    if (event.last) counts.messages_received.add();
    counts.bytes_received.add(event.data.size());

    message_part told;
    told.fd = fd_;
    told.data = {reinterpret_cast<const char*>(event.data.data()), event.data.size()};
    told.type = event.type == protocol::event_type::text_part ? message_type::text : message_type::binary;
    told.first = event.first;
    told.last = event.last;
    told.received = worker_.loop().now();
    told.user_object = user_object();
    call_handler("on_message_part", [&] { handlers_->on_message_part(worker_.server().self, told); });
}

// None any more once a close frame was sent, as of messages.
void connection::tell_control(const protocol::event& event) {
    if (!is_open() || session_.phase() != protocol::phase::open) return;
    const bool is_ping = event.type == protocol::event_type::ping;
    const auto& handler = is_ping ? handlers_->on_ping : handlers_->on_pong;
    if (!handler) return;
    const std::string_view payload{reinterpret_cast<const char*>(event.data.data()), event.data.size()};
    call_handler(is_ping ? "on_ping" : "on_pong", [&] { handler(worker_.server().self, fd_, payload); });
}

void connection::tell_closed() {
    stop_awaiting();
    const auto outcome = session_.outcome();
    if (outcome.why != error::none) {
        worker_.counts().errors[static_cast<std::size_t>(outcome.why)].add();
    }
    if (!told_open_) {
        if (outcome.why != error::none) worker_.counts().refused.add();
        return;
    }
    told_closed_ = true;
    worker_.counts().closed.add();
    worker_.write_board(*this);
    if (handlers_->on_close) {
        call_handler("on_close", [&] { handlers_->on_close(worker_.server().self, fd_, outcome); });
    }
    if (counted_) {  // among those of its address, which it still has to leave
        if (const auto known = worker_.look_up(fd_)) {
            needed_extras().came = {.remote = known->remote, .at = known->connected_at};
        }
    }
    worker_.retire_number(*this);
    destroy_user_object();
}

}  // namespace pushwire::engine
