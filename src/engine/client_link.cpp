#include "engine/client_link.hpp"

#include <algorithm>
#include <utility>

#include "engine/client_state.hpp"

namespace pushwire::engine {
namespace {

error error_of(std::error_code why) {
    if (why.category() != net::tls_category()) return error::connect_failed;
    switch (static_cast<net::tls_error>(why.value())) {
        case net::tls_error::no_tls:
            return error::server_without_tls;
        case net::tls_error::certificate_expired:
            return error::certificate_expired;
        case net::tls_error::certificate_name:
            return error::certificate_name;
        case net::tls_error::certificate_untrusted:
            return error::certificate_untrusted;
        case net::tls_error::broken:
            return error::tls_broken;
        case net::tls_error::handshake_failed:
        case net::tls_error::plain_http:
            break;
    }
    return error::tls_handshake_failed;
}

}  // namespace

client_link::client_link(client_state& owner, net::time_point now)
    : owner_{owner}, session_{owner.session_settings, owner.blocks, now} {}

void client_link::connect(net::unique_descriptor socket, const protocol::client_request& request) {
    session_.open(request);
    if (!owner_.tls) {
        owner_.loop->connect(*this, socket.release());
        return;
    }
    tls_ = std::make_unique<net::tls_stream>(*owner_.loop, *this, *owner_.tls_workspace, owner_.tls);
    tls_->connect(socket.release());
    sending_ = false;
    hand_over();  // which has it tell when its handshake is done
}

// ---------------------------------------------------------------- what the loop tells

std::span<std::byte> client_link::destination() {
    lent_ = is_open() ? session_.destination() : std::span<std::byte>{};
    return lent_;
}

void client_link::on_received(std::span<std::byte> bytes) {
    tell_bytes(false, bytes);
    fail_if_thrown();
    // After the end it is read and discarded until the server's.
    if (!session_.done()) session_.receive(bytes, owner_.loop->now());
    settle();
}

void client_link::on_committed(std::size_t n) {
    tell_bytes(false, lent_.first(n));
    session_.commit(n, owner_.loop->now());
    fail_if_thrown();
    settle();
}

void client_link::on_received_eof() {
    peer_ended_ = true;
    session_.commit(0, owner_.loop->now());
    if (!is_there_)
        return owner_.candidate_failed(*this, error::connection_lost, "the server has closed the connection");
    session_.receive_eof(owner_.loop->now());
    settle();
}

void client_link::on_writable() {
    sending_ = false;
    if (!std::exchange(is_there_, true)) {
        session_.forgive_silence(owner_.loop->now());  // the time for the opening handshake begins
        owner_.candidate_is_there(*this);
    }
    session_.consume(0, owner_.loop->now());
    settle();
}

void client_link::on_failed(std::error_code why) {
    if (!is_there_) return owner_.candidate_failed(*this, error_of(why), why.message());
    session_.commit(0, owner_.loop->now());  // no read is under way any more
    broken_ = true;
    if (tls_ && why.category() == net::tls_category()) session_.fail(error_of(why), owner_.loop->now());
    session_.receive_eof(owner_.loop->now());
    session_.outgoing().drop_all();
    settle();
}

void client_link::on_closed() {
    owner_.forget(*this);
}

void client_link::on_expired() {
    armed_ = net::never;
    if (session_.done() && session_.deadline() <= owner_.loop->now()) {
        broken_ = true;  // the server has had its time to end its side
        return leave_if_done();
    }
    session_.expire(owner_.loop->now());
    settle();
}

// ---------------------------------------------------------------- events out

void client_link::settle() {
    if (dropped_) return;  // by who was shown its bytes
    pump();
    write();
}

void client_link::pump() {
    for (;;) {
        const auto event = session_.next();
        switch (event.type) {
            case protocol::event_type::none:
                return;
            case protocol::event_type::opened:
                told_open_ = true;
                owner_.opened(*this);
                break;
            case protocol::event_type::text:
            case protocol::event_type::binary:
                owner_.received(*this, event);
                break;
            case protocol::event_type::pong:
                owner_.ponged(*this, event.data);
                break;
            case protocol::event_type::closed:
                owner_.ended(*this);
                break;
            default:
                break;
        }
    }
}

// ---------------------------------------------------------------- bytes out

void client_link::write() {
    do {
        hand_over();
    } while (!sending_ && is_open() && owner_.feed(*this));
    if (!sending_ && is_open()) owner_.drained();
    leave_if_done();
    arm_deadline();
}

void client_link::hand_over() {
    auto& output = session_.outgoing();
    while (!sending_ && !broken_ && !dropped_ && !output.empty()) {
        auto& segments = owner_.segments;
        const auto given = std::span{segments}.first(output.gather(segments));
        const auto outcome = tls_ ? tls_->send(given) : owner_.loop->send(*this, given);
        sending_ = outcome.pending;
        tell_sent(given, outcome.sent);
        session_.consume(outcome.sent, owner_.loop->now());
        if (fail_if_thrown()) pump();
        if (sending_) session_.shrink();
    }
}

/// What it throws fails this connection, but not amid what is done with the bytes.
void client_link::tell_bytes(bool sent, std::span<const std::byte> bytes) {
    if (!owner_.tell_bytes(sent, bytes)) has_thrown_ = true;
}

bool client_link::fail_if_thrown() {
    if (!std::exchange(has_thrown_, false)) return false;
    session_.fail(error::handler_threw, owner_.loop->now());
    return true;
}

void client_link::tell_sent(std::span<const std::span<const std::byte>> segments, std::size_t sent) {
    for (const auto each : segments) {
        tell_bytes(true, each.first(std::min(each.size(), sent)));
        sent -= std::min(each.size(), sent);
    }
}

// After the end our side is shut once everything has left. The server is the one to end the connection (RFC 6455 7.1.1), in
// the time that the session gives it.
void client_link::leave_if_done() {
    if (closing_stream_ || !session_.done()) return;
    if (!broken_ && (sending_ || !session_.outgoing().empty())) return;
    if (!broken_ && !std::exchange(write_shut_, true))
        tls_ ? tls_->shut_write() : owner_.loop->shut_write(*this);
    if (!broken_ && tls_ && tls_->waiting_bytes() != 0) return;
    if (broken_ || peer_ended_) close_stream();
}

void client_link::drop() {
    if (!std::exchange(dropped_, true) && !closing_stream_) close_stream();
}

void client_link::close_stream() {
    closing_stream_ = true;
    owner_.loop->disarm(*this);
    tls_ ? tls_->close() : owner_.loop->close(*this);
}

void client_link::arm_deadline() {
    if (closing_stream_ || !is_there_) return;
    const auto deadline = session_.deadline();
    if (deadline >= armed_) return;
    armed_ = deadline;
    owner_.loop->arm(*this, deadline);
}

}  // namespace pushwire::engine
