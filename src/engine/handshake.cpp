#include <pushwire/handshake.hpp>

#include "engine/pending_handshake.hpp"
#include "engine/worker.hpp"

namespace pushwire {
namespace engine {
namespace {

using kind = handshake_decision::kind;

}  // namespace

pending_handshake::pending_handshake(const pushwire::request& original, std::shared_ptr<worker_gate> way_back,
                                     std::uint64_t number)
    : request{original}, gate{std::move(way_back)}, ticket{number} {
    std::size_t size = original.method.size() + original.path.size() + original.query.size() +
                       original.remote_address.size();
    for (const auto& field : original.headers) size += field.name.size() + field.value.size();
    text_.reserve(size);  // the views below stay where they are
    const auto keep = [this](std::string_view part) {
        const auto at = text_.size();
        text_.append(part);
        return std::string_view{text_}.substr(at);
    };
    request.method = keep(original.method);
    request.path = keep(original.path);
    request.query = keep(original.query);
    request.remote_address = keep(original.remote_address);
    fields_.reserve(original.headers.size());
    for (const auto& field : original.headers) {
        const auto name = keep(field.name);
        fields_.push_back({name, keep(field.value)});
    }
    request.headers = header_fields{fields_};
    if (original.tls) request.tls = &tls_.emplace(*original.tls);
}

void pending_handshake::send(handshake_decision made) {
    const std::lock_guard lock{gate->mutex};
    if (gate->open) {
        gate->open->post_control(
            [to = gate->open, ticket = ticket, made = std::move(made)] { to->decide(ticket, made); });
    }
}

}  // namespace engine

using engine::handshake_decision;
using kind = handshake_decision::kind;

handshake::handshake(std::unique_ptr<engine::pending_handshake> pending) : pending_{std::move(pending)} {}

handshake::handshake(handshake&& other) noexcept : pending_{std::move(other.pending_)}, kept_{true} {}

handshake& handshake::operator=(handshake&& other) noexcept {
    if (this != &other) {
        if (pending_ && kept_) refuse();
        pending_ = std::move(other.pending_);
        kept_ = true;
    }
    return *this;
}

handshake::~handshake() {
    if (pending_ && kept_) refuse();
}

const request& handshake::request() const {
    return pending_->request;
}

void handshake::accept(const acceptance& with) {
    decide({kind::accept, with, 0, {}, {}});
}

void handshake::refuse(std::uint16_t status, std::string_view body, const header_list& headers) {
    decide({kind::refuse, {}, status, std::string{body}, headers});
}

void handshake::accept_and_close(std::uint16_t code, std::string_view reason) {
    decide({kind::accept_and_close, {}, code, std::string{reason}, {}});
}

// Within the handler the decision is left for the connection to find; a handshake that was moved away sends it.
void handshake::decide(handshake_decision made) {
    if (!pending_ || pending_->decision.what != kind::none) return;
    pending_->decision.what = made.what;
    if (kept_) {
        pending_->send(std::move(made));
    } else {
        pending_->decision = std::move(made);
    }
}

}  // namespace pushwire
