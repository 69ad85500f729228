// A connection in its opening handshake: who serves it, and what the application decides.

#include <memory>
#include <new>
#include <utility>

#include "base/assert.hpp"
#include "engine/call_handler.hpp"
#include "engine/connection.hpp"
#include "engine/handlers.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {

pushwire::request connection::request_for_handlers(facts_of_peer& facts) {
    const arrival& its = came();
    facts.address = net::to_string(its.remote);
    if (tls_) facts.tls = tls_->facts();
    pushwire::request told = session_.request();
    told.fd = fd_ ? fd_ : its.promised;
    told.remote_address = facts.address;
    told.tls = facts.tls ? &*facts.tls : nullptr;
    told.remote_port = its.remote.port;
    told.connected_at = its.at;
    told.user_object = user_object();
    told.subprotocol = session_.subprotocol();
    return told;
}

void connection::answer_request() {
    auto& state = worker_.server();
    const auto* found = state.router.find(session_.request().path);
    const auto& served_by = found ? *found : *state.for_all;

    if (worker_.is_leaving()) {
        session_.refuse(error::shutting_down, worker_.loop().now());
    } else if (session_.request_is_handshake()) {
        answer_handshake(served_by);
    } else {
        answer_plain(served_by);
    }
}

void connection::answer_handshake(const handlers& served_by) {
    auto why = judge_client();
    if (why == error::none) why = judge_origin();
    if (why != error::none) return session_.refuse(why, worker_.loop().now());
    handlers_ = &served_by;
    if (served_by.on_handshake && !worker_.is_full()) {
        ask_handler(served_by);
    } else {
        accept({});
    }
}

void connection::answer_plain(const handlers& served_by) {
    const auto now = worker_.loop().now();
    if (!served_by.on_request) return session_.refuse(error::upgrade_required, now);
    worker_.counts().requests.add();
    const auto peer =
        std::exchange(came().remote, client());  // a proxy's connection carries requests of many clients
    facts_of_peer facts;
    const auto told = request_for_handlers(facts);
    response answer;
    auto& server = worker_.server().self;
    if (call_handler("on_request", [&] { served_by.on_request(server, told, answer); })) {
        session_.respond(answer, now);
    }
    came().remote = peer;
}

void connection::ask_handler(const handlers& served_by) {
    facts_of_peer facts;
    const auto ticket = worker_.await_decision(*this);
    came().pending_ticket = ticket;
    came().promised = worker_.new_number();
    handshake asked{std::make_unique<pending_handshake>(request_for_handlers(facts), worker_.gate(), ticket)};
    const bool returned =
        call_handler("on_handshake", [&] { served_by.on_handshake(worker_.server().self, asked); });
    if (!returned || !asked.pending_) return;  // failed, or kept for later

    if (asked.pending_->decision.what == handshake_decision::kind::none) {
        asked.pending_->decision.what = handshake_decision::kind::accept;
    }
    decide(asked.pending_->decision);
}

void connection::stop_awaiting() {
    if (awaits_decision()) worker_.stop_awaiting(std::exchange(came().pending_ticket, 0));
}

void connection::decide(const handshake_decision& decision) {
    if (!awaits_decision() || session_.phase() != protocol::phase::opening) return;
    stop_awaiting();
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
    // It may have waited for its answer meanwhile.
    if (worker_.is_leaving()) return session_.refuse(error::shutting_down, worker_.now());
    const auto promised = came().promised;
    if (worker_.is_full() || (promised && worker_.is_place_taken(promised))) {
        return session_.refuse(error::too_many_connections, worker_.now());
    }
    if (!call_handler("user_data", [&] { make_user_object(); })) return;
    session_.accept(with, worker_.loop().now());
    if (handlers_->on_message_part) session_.receive_in_parts();
    fd_ = promised ? promised : worker_.new_number();
    worker_.add_numbered(*this);
    told_open_ = true;
    worker_.counts().opened.add();
    worker_.enter_on_board(*this);
    if (handlers_->on_open) {
        facts_of_peer facts;
        const auto told = request_for_handlers(facts);
        call_handler("on_open", [&] { handlers_->on_open(worker_.server().self, told); });
    }
    session_.release_request();
    extras_->came.reset();  // the board has it
}

void connection::make_user_object() {
    const auto& type = worker_.server().user_type;
    if (!type) return;
    if (type->size <= sizeof user_object_ && type->alignment <= alignof(void*)) {
        try {
            type->make(static_cast<void*>(&user_object_));
        } catch (...) {
            user_object_ = nullptr;  // what was begun there is no pointer
            throw;
        }
        user_object_is_here_ = true;
        return;
    }
    const auto release = [&](void* place) { ::operator delete(place, std::align_val_t{type->alignment}); };
    std::unique_ptr<void, decltype(release)> place{
        ::operator new(type->size, std::align_val_t{type->alignment}), release};
    type->make(place.get());  // may throw
    user_object_ = place.release();
}

void connection::destroy_user_object() {
    void* const object = user_object();
    if (!object) return;
    const auto& type = worker_.server().user_type;
    PUSHWIRE_ASSERT(type);
    type->destroy(object);
    if (!user_object_is_here_) ::operator delete(object, std::align_val_t{type->alignment});
    user_object_is_here_ = false;
    user_object_ = nullptr;
}

}  // namespace pushwire::engine
