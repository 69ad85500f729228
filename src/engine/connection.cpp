#include "engine/connection.hpp"

#include <memory>
#include <new>
#include <utility>

#include "engine/call.hpp"
#include "engine/handlers.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {

connection::connection(worker& owner, const net::address& remote, net::time_point now)
    : worker_{owner},
      session_{owner.server().session_settings, owner.blocks(), now},
      remote_{remote},
      connected_at_{std::chrono::system_clock::now()} {}

connection::~connection() {
    destroy_user_object();
}

board::entry connection::snapshot() const {
    return {fd_, is_open(), remote_, connected_at_, session_.last_received(), session_.outgoing().bytes()};
}

// ---------------------------------------------------------------- what the loop tells

std::span<std::byte> connection::destination() {
    const bool reads_on = session_.phase() == protocol::phase::open && !paused_ && held_.empty();
    return reads_on ? session_.destination() : std::span<std::byte>{};
}

void connection::on_received(std::span<std::byte> bytes) {
    // After the end input is read and discarded: closing with unread input would send a reset, which destroys the close
    // frame on its way to the peer. The closing time bounds it.
    if (session_.done()) return;
    if (paused_ || !held_.empty()) {  // what was held comes first
        held_.insert(held_.end(), bytes.begin(), bytes.end());
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
    if (held_.empty()) session_.receive_eof(worker_.loop().now());
    settle();
}

void connection::on_sent(std::size_t n) {
    session_.consume(n);
    in_flight_ -= n;
    sending_ = in_flight_ != 0;
    settle();
}

void connection::on_failed(std::error_code) {
    broken_ = true;
    held_.clear();
    session_.receive_eof(worker_.loop().now());
    settle();
}

void connection::on_closed() {
    worker_.forget(*this);
}

void connection::on_expired() {
    armed_ = net::never;
    if (session_.done() && session_.deadline() <= worker_.loop().now()) {
        cut();  // the peer has had its time to end its side
        return;
    }
    if (paused_) session_.forgive_silence(worker_.loop().now());
    session_.expire(worker_.loop().now());
    settle();
}

// ---------------------------------------------------------------- events out

void connection::settle_later() {
    if (!in_hand_) worker_.settle_later(*this);
}

void connection::settle() {
    in_hand_ = true;
    if (!paused_ && !held_.empty()) {
        auto bytes = std::exchange(held_, {});
        session_.receive(bytes, worker_.loop().now());
        pump();
        hold_unread();
        if (peer_ended_ && held_.empty()) session_.receive_eof(worker_.loop().now());
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
                tell_message(event);
                break;
            case protocol::event_type::request:
                answer_request();
                break;
            case protocol::event_type::closed:
                tell_closed();
                break;
            case protocol::event_type::opened:
            case protocol::event_type::ping:
            case protocol::event_type::pong:
                break;
        }
    }
}

void connection::hold_unread() {
    if (!paused_) return;
    const auto unread = session_.take_unread();
    held_.assign(unread.begin(), unread.end());
}

template <class Call>
bool connection::call_handler(std::string_view where, Call&& call) {
    if (guarded(worker_.server(), fd_, where, call)) return true;
    fail(error::handler_threw);
    return false;
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
    told.user_object = user_object_;
    const auto previous =
        std::exchange(worker_.text_in_hand, told.type == message_type::text ? told.data : std::string_view{});
    call_handler("on_message", [&] { handlers_->on_message(worker_.server().self, told); });
    worker_.text_in_hand = previous;
}

void connection::tell_closed() {
    if (pending_ticket_ != 0) worker_.stop_awaiting(std::exchange(pending_ticket_, 0));
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
    worker_.retire_number(*this);
    destroy_user_object();
}

// ---------------------------------------------------------------- the opening handshake

pushwire::request connection::request_for_handlers(std::string& address) const {
    address = net::to_string(remote_);
    pushwire::request told = session_.request();
    told.fd = fd_;
    told.remote_address = address;
    told.remote_port = remote_.port;
    told.connected_at = connected_at_;
    told.user_object = user_object_;
    told.subprotocol = session_.subprotocol();
    return told;
}

void connection::answer_request() {
    const auto now = worker_.loop().now();
    auto& state = worker_.server();
    const auto* found = state.router.find(session_.request().path);
    const auto& served_by = found ? *found : *state.for_all;

    if (worker_.is_stopping()) {
        session_.refuse(error::shutting_down, now);
    } else if (session_.request_is_handshake()) {
        handlers_ = &served_by;
        if (served_by.on_handshake && !worker_.is_full()) {
            ask_handler(served_by);
        } else {
            accept({});
        }
    } else if (served_by.on_request) {
        worker_.counts().requests.add();
        std::string address;
        const auto told = request_for_handlers(address);
        response answer;
        if (call_handler("on_request", [&] { served_by.on_request(state.self, told, answer); })) {
            session_.respond(answer, now);
        }
    } else {
        session_.refuse(error::upgrade_required, now);
    }
}

void connection::ask_handler(const handlers& served_by) {
    std::string address;
    const auto ticket = worker_.await_decision(*this);
    pending_ticket_ = ticket;
    handshake asked{
        std::make_unique<pending_handshake>(request_for_handlers(address), worker_.gate(), ticket)};
    const bool returned =
        call_handler("on_handshake", [&] { served_by.on_handshake(worker_.server().self, asked); });
    if (!returned || !asked.pending_) return;  // failed, or kept for later

    if (asked.pending_->decision.what == handshake_decision::kind::none) {
        asked.pending_->decision.what = handshake_decision::kind::accept;
    }
    decide(std::move(asked.pending_->decision));
}

void connection::decide(handshake_decision decision) {
    if (pending_ticket_ == 0 || session_.phase() != protocol::phase::opening) return;
    worker_.stop_awaiting(std::exchange(pending_ticket_, 0));
    const auto now = worker_.loop().now();
    switch (decision.what) {
        case handshake_decision::kind::none:
        case handshake_decision::kind::refuse:
            session_.refuse(decision.code, decision.text, decision.headers, now);
            break;
        case handshake_decision::kind::accept:
            accept(decision.with);
            break;
        case handshake_decision::kind::accept_and_close:
            session_.accept({}, now);
            session_.close(decision.code, decision.text, now);
            session_.release_request();
            break;
    }
}

void connection::accept(const acceptance& with) {
    if (worker_.is_full()) return session_.refuse(error::too_many_connections, worker_.now());
    if (!call_handler("user_data", [&] { make_user_object(); })) return;
    session_.accept(with, worker_.loop().now());
    fd_ = worker_.number(*this);
    told_open_ = true;
    worker_.counts().opened.add();
    worker_.write_board(*this);
    if (handlers_->on_open) {
        std::string address;
        const auto told = request_for_handlers(address);
        call_handler("on_open", [&] { handlers_->on_open(worker_.server().self, told); });
    }
    session_.release_request();
}

void connection::make_user_object() {
    const auto& type = worker_.server().user_type;
    if (!type) return;
    const auto release = [&](void* place) { ::operator delete(place, std::align_val_t{type->alignment}); };
    std::unique_ptr<void, decltype(release)> place{
        ::operator new(type->size, std::align_val_t{type->alignment}), release};
    type->make(place.get());  // may throw
    user_object_ = place.release();
}

void connection::destroy_user_object() {
    if (!user_object_) return;
    const auto& type = *worker_.server().user_type;
    type.destroy(user_object_);
    ::operator delete(std::exchange(user_object_, nullptr), std::align_val_t{type.alignment});
}

// ---------------------------------------------------------------- what the server is asked to do

push_result connection::push(std::string_view data, message_type type) {
    if (!told_open_ || session_.phase() != protocol::phase::open) return push_result::closing;
    const auto bytes = std::as_bytes(std::span{data});
    const bool check = type == message_type::text && worker_.server().options.check_pushed_text;
    if (check && !worker_.is_text_in_hand(data) && !protocol::is_utf8(bytes))
        return push_result::invalid_text;
    const auto admitted = admit(protocol::frame_header_size(data.size(), false) + data.size());
    if (admitted != push_result::accepted && admitted != push_result::queued) return admitted;

    session_.send(type, bytes, false);
    worker_.counts().messages_sent.add();
    worker_.counts().bytes_sent.add(data.size());
    settle_later();
    return admitted;
}

push_result connection::deliver(const protocol::block_ref& frame, std::size_t payload) {
    if (!told_open_ || session_.phase() != protocol::phase::open) return push_result::closing;
    const auto admitted = admit(frame->used);
    if (admitted != push_result::accepted && admitted != push_result::queued) return admitted;

    session_.send_shared(frame);
    worker_.counts().messages_sent.add();
    worker_.counts().bytes_sent.add(payload);
    settle_later();
    return admitted;
}

// A message is always taken when nothing waits; otherwise only if it fits the backlog.
push_result connection::admit(std::size_t frame_bytes) {
    const auto& limits = worker_.server().options.limits;
    auto& output = session_.outgoing();
    const auto fits = [&] { return output.empty() || output.bytes() + frame_bytes <= limits.max_backlog; };
    if (!fits()) hand_over();  // what was appended in this turn may only have waited for its end
    if (!fits()) {
        owes_drain_ = true;
        if (limits.when_backlog_full == backlog_policy::drop_oldest) {
            const auto excess = output.bytes() + frame_bytes - limits.max_backlog;
            session_.drop_oldest(excess);
        }
        if (!fits()) {
            worker_.counts().pushes_refused.add();
            if (limits.when_backlog_full == backlog_policy::close) {
                fail(error::backlog_full);
                return push_result::closing;
            }
            return push_result::refused_backlog;
        }
    }
    if (!sending_) return push_result::accepted;
    owes_drain_ = true;
    return push_result::queued;
}

void connection::disconnect(std::uint16_t code, std::string_view reason) {
    session_.close(code, reason, worker_.now());
    resume();  // the peer's close frame must be read
    settle_later();
}

void connection::pause() {
    if (paused_ || session_.phase() != protocol::phase::open) return;
    paused_ = true;
    worker_.loop().pause(*this);
}

void connection::resume() {
    if (!paused_) return;
    paused_ = false;
    session_.forgive_silence(worker_.now());
    if (!broken_ && !closing_stream_ && !peer_ended_) worker_.loop().resume(*this);
    settle_later();
}

void connection::stop() {
    const auto now = worker_.now();
    if (session_.phase() == protocol::phase::opening) {
        session_.fail(error::shutting_down, now);
    } else {
        const auto& row = describe(error::shutting_down);
        session_.close(row.close_code, row.text, now);
    }
    resume();
    settle_later();
}

void connection::fail(error why) {
    session_.fail(why, worker_.now());
    resume();  // the peer's end must be read
    settle_later();
}

void connection::cut() {
    if (closing_stream_) return;
    broken_ = true;
    held_.clear();
    session_.receive_eof(worker_.now());
    settle_later();
}

// ---------------------------------------------------------------- bytes out

// The last bytes left with a send, or were taken later, when the loop told of it.
void connection::tell_drained() {
    if (!owes_drain_ || !session_.outgoing().empty()) return;
    owes_drain_ = false;
    if (!is_open() || !handlers_->on_drain) return;
    call_handler("on_drain", [&] { handlers_->on_drain(worker_.server().self, fd_); });
}

// Gives the loop what waits, until it takes no more. Runs no handler.
void connection::hand_over() {
    auto& output = session_.outgoing();
    while (!sending_ && !broken_ && !output.empty()) {
        auto& segments = worker_.segments;
        const auto count = output.gather(segments);
        const auto outcome = worker_.loop().send(*this, std::span{segments}.first(count));
        sending_ = outcome.pending;
        session_.consume(outcome.sent);
        in_flight_ = outcome.held;
        output.lend(in_flight_);
        if (sending_) output.shrink();
        // While HTTP is spoken there are no pings: who goes on reading is there.
        if (!told_open_ && outcome.sent != 0) session_.forgive_silence(worker_.now());
    }
}

void connection::write() {
    hand_over();
    tell_drained();
    leave_if_done();
}

// After the end: what is in the output leaves, our side is shut, and input is discarded until the peer ends its own.
void connection::leave_if_done() {
    if (closing_stream_) return;
    if (!session_.done() || is_open()) return;  // its end is still to be told
    if (!broken_ && !session_.outgoing().empty()) return;
    if (!broken_ && !write_shut_) {
        write_shut_ = true;
        worker_.loop().shut_write(*this);
    }
    if (broken_ || peer_ended_) {
        closing_stream_ = true;
        worker_.loop().disarm(*this);
        worker_.loop().close(*this);
    }
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
