// A session in its opening phase (RFC 6455 4): it passes bytes to the opening handshake, and its answers to the
// output.

#include <utility>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/activity.hpp"

namespace pushwire::protocol {

void session::open(const client_request& request) {
    auto& handshake = needed_activity().handshake;
    PUSHWIRE_ASSERT(!is_server() && phase_ == phase::opening && !handshake);
    handshake = std::make_unique<opening_handshake>(*settings_);
    doing_->keeps = true;
    append_text(handshake->open(request));
}

event session::next_opening() {
    if (doing_->request_waits) {
        hold_unread();
        return phase_ == phase::closed ? tell_closed() : event{};
    }
    if (doing_->unread.empty()) return {};

    if (!doing_->handshake) {
        PUSHWIRE_ASSERT(is_server());  // a client calls `open` first
        doing_->handshake = std::make_unique<opening_handshake>(*settings_);
        doing_->keeps = true;
    }
    doing_->request_begun = true;
    const auto progress = doing_->handshake->receive(doing_->unread);
    doing_->unread = doing_->unread.subspan(progress.consumed);
    if (progress.continue_expected) append_text(opening_handshake::continue_response);
    switch (progress.state) {
        case opening_handshake::state::incomplete:
            PUSHWIRE_ASSERT(doing_->unread.empty());
            return {};
        case opening_handshake::state::failed:
            fail(progress.why, last_received_);
            return tell_closed();
        case opening_handshake::state::complete:
            break;
    }
    if (is_server()) {
        doing_->request_waits = true;
        return {event_type::request, {}};
    }
    begin_messages(last_received_);
    return {event_type::opened, {}};
}

/// Copies what came behind a request that waits for its answer, since the caller's buffer ends with this call.
void session::hold_unread() {
    if (doing_->unread.size() > settings_->limits.max_header)
        return fail(error::request_header_too_large, last_received_);
    auto& doing = *doing_;
    if (doing.unread.empty() || doing.held) return;
    doing.held = std::make_unique<std::vector<std::byte>>(doing.unread.begin(), doing.unread.end());
    doing.unread = *doing.held;
    doing.keeps = true;
}

void session::append_text(std::string_view http) {
    output_.append_opaque(std::as_bytes(std::span{http}));
}

// --- the request and its answers

const pushwire::request& session::request() const {
    PUSHWIRE_ASSERT(is_server() && doing_ && doing_->handshake);
    return doing_->handshake->request();
}

bool session::request_is_handshake() const {
    PUSHWIRE_ASSERT(is_server() && doing_ && doing_->handshake);
    return doing_->handshake->is_handshake();
}

std::uint16_t session::response_status() const {
    return doing_ && doing_->handshake ? doing_->handshake->response_status() : std::uint16_t{0};
}

std::string_view session::subprotocol() const {
    return doing_ && doing_->handshake ? doing_->handshake->subprotocol() : std::string_view{};
}

void session::release_request() {
    PUSHWIRE_ASSERT(phase_ != phase::opening);
    if (doing_) doing_->handshake.reset();
}

void session::accept(const acceptance& with, time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(doing_ && doing_->request_waits && request_is_handshake());
    append_text(doing_->handshake->accept(with));
    doing_->request_waits = false;
    begin_messages(now);
}

void session::refuse(std::uint16_t status, std::string_view body, const header_list& headers,
                     time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(is_server() && phase_ == phase::opening);
    const bool asks_for_head = doing_ && doing_->handshake && doing_->handshake->asks_for_head();
    append_text(opening_handshake::refusal(status, body, headers, asks_for_head));
    end(error::refused, now);
}

void session::refuse(error why, time_point now) {
    if (phase_ == phase::closed) return;
    const auto& row = describe(why);
    PUSHWIRE_ASSERT(row.http_status != 0);
    refuse(row.http_status, row.text, {}, now);
    doing_->why = why;
}

void session::respond(const response& answer, time_point now) {
    if (phase_ == phase::closed) return;
    PUSHWIRE_ASSERT(doing_ && doing_->request_waits && !request_is_handshake());
    const bool stays = doing_->handshake->keeps_alive() && output_.bytes() <= settings_->limits.max_backlog;
    append_text(doing_->handshake->respond(answer, stays));
    if (!stays) return end(error::none, now);
    doing_->handshake->reset();
    doing_->request_waits = false;
    doing_->request_begun = false;
    since_ = now;
}

}  // namespace pushwire::protocol
