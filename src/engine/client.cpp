#include <utility>

#include <pushwire/client.hpp>

#include "base/time.hpp"
#include "engine/client_state.hpp"
#include "engine/server_state.hpp"

namespace pushwire {

client::client(std::string_view url, client_options with)
    : state_{std::make_unique<engine::client_state>(*this, url, std::move(with), nullptr)} {}

client::client(server& host, std::string_view url, client_options with)
    : state_{std::make_unique<engine::client_state>(*this, url, std::move(with), host.state_.get())} {}

client::~client() {
    engine::client_state::end(std::move(state_));
}

client& client::on_open(std::function<void(client&, const opening&)> handler) {
    state_->handlers.on_open = std::move(handler);
    return *this;
}

client& client::on_message(std::function<void(client&, const message&)> handler) {
    state_->handlers.on_message = std::move(handler);
    return *this;
}

client& client::on_close(std::function<void(client&, const close_info&)> handler) {
    state_->handlers.on_close = std::move(handler);
    return *this;
}

client& client::on_failure(std::function<void(client&, const connect_failure&)> handler) {
    state_->handlers.on_failure = std::move(handler);
    return *this;
}

client& client::on_request(std::function<void(client&, opening_request&)> handler) {
    state_->handlers.on_request = std::move(handler);
    return *this;
}

client& client::on_pong(std::function<void(client&, std::string_view)> handler) {
    state_->handlers.on_pong = std::move(handler);
    return *this;
}

client& client::on_drain(std::function<void(client&)> handler) {
    state_->handlers.on_drain = std::move(handler);
    return *this;
}

client& client::on_bytes(std::function<void(client&, bool, std::string_view)> handler) {
    state_->handlers.on_bytes = std::move(handler);
    return *this;
}

client& client::on_error(std::function<void(client&, const error_report&)> handler) {
    state_->handlers.on_error = std::move(handler);
    return *this;
}

void client::start() {
    state_->expect_own_loop();
    while (state_->turn(net::never)) {
    }
}

bool client::run_once(std::chrono::milliseconds timeout) {
    state_->expect_own_loop();
    return state_->turn(base::later(state_->loop->time(), timeout));
}

int client::descriptor() {
    state_->expect_own_loop();
    return state_->loop->descriptor();
}

push_result client::push(std::string_view data, message_type type) {
    return state_->push(data, type);
}

void client::ping(std::string_view data) {
    state_->ping(data);
}

void client::close(std::uint16_t code, std::string_view reason) {
    state_->close(code, reason);
}

bool client::is_open() const {
    return state_->is_open();
}

std::size_t client::queued_bytes() const {
    return state_->queued_bytes();
}

const std::string& client::url() const {
    return state_->url;
}

}  // namespace pushwire
