// A session in its opening phase (RFC 6455 4): it passes bytes to the opening handshake, and its answers to the
// output.

#include <utility>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::protocol {

void session::open(const client_request& request) {
    PUSHWIRE_ASSERT(!is_server() && phase_ == phase::opening && !handshake_);
    handshake_ = std::make_unique<opening_handshake>(*settings_);
    append_text(handshake_->open(request));
}

event session::next_opening() {
    if (request_waits_) {
        hold_unread();
        return phase_ == phase::closed ? tell_closed() : event{};
    }
    if (unread_.empty()) return {};

    if (!handshake_) {
        PUSHWIRE_ASSERT(is_server());  // a client calls `open` first
        handshake_ = std::make_unique<opening_handshake>(*settings_);
    }
    request_begun_ = true;
    const auto progress = handshake_->receive(unread_);
    unread_ = unread_.subspan(progress.consumed);
    if (progress.continue_expected) append_text(opening_handshake::continue_response);
    switch (progress.state) {
        case opening_handshake::state::incomplete:
            PUSHWIRE_ASSERT(unread_.empty());
            return {};
        case opening_handshake::state::failed:
            fail(progress.why, last_received_);
            return tell_closed();
        case opening_handshake::state::complete:
            break;
    }
    if (is_server()) {
        request_waits_ = true;
        return {event_type::request, {}};
    }
    begin_messages(last_received_);
    return {event_type::opened, {}};
}

/// Copies what came behind a request that waits for its answer, since the caller's buffer ends with this call.
void session::hold_unread() {
    if (unread_.size() > settings_->limits.max_header)
        return fail(error::request_header_too_large, last_received_);
    if (unread_.empty() || held_) return;
    held_ = std::make_unique<std::vector<std::byte>>(unread_.begin(), unread_.end());
    unread_ = *held_;
}

void session::append_text(std::string_view http) {
    output_.append_opaque(std::as_bytes(std::span{http}));
}

// --- the request and its answers

const pushwire::request& session::request() const {
    PUSHWIRE_ASSERT(is_server() && handshake_);
    return handshake_->request();
}

bool session::request_is_handshake() const {
    PUSHWIRE_ASSERT(is_server() && handshake_);
    return handshake_->is_handshake();
}

std::string_view session::subprotocol() const {
    return handshake_ ? handshake_->subprotocol() : std::string_view{};
}

void session::release_request() {
    PUSHWIRE_ASSERT(phase_ != phase::opening);
    handshake_.reset();
}

void session::accept(const acceptance& with, time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(request_waits_ && request_is_handshake());
    append_text(handshake_->accept(with));
    request_waits_ = false;
    begin_messages(now);
}

void session::refuse(std::uint16_t status, std::string_view body, const header_list& headers,
                     time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(is_server() && phase_ == phase::opening);
    const bool asks_for_head = handshake_ && handshake_->asks_for_head();
    append_text(opening_handshake::refusal(status, body, headers, asks_for_head));
    end(error::refused, now);
}

void session::refuse(error why, time_point now) {
    if (phase_ == phase::closed) return;
    const auto& row = describe(why);
    PUSHWIRE_ASSERT(row.http_status != 0);
    refuse(row.http_status, row.text, {}, now);
    why_ = why;
}

void session::respond(const response& answer, time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(request_waits_ && !request_is_handshake());
    const bool stays = handshake_->keeps_alive() && output_.bytes() <= settings_->limits.max_backlog;
    append_text(handshake_->respond(answer, stays));
    if (!stays) return end(error::none, now);
    handshake_->reset();
    request_waits_ = false;
    request_begun_ = false;
    since_ = now;
}

}  // namespace pushwire::protocol
