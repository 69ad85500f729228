#include <algorithm>
#include <stdexcept>
#include <utility>

#include <pushwire/client.hpp>

#include "engine/client_state.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;

constexpr auto a_while = 1h;  // a wait that something else ends

client_options once(client_options with) {
    with.reconnect.enabled = false;
    return with;
}

}  // namespace

conversation::conversation(std::string_view url, client_options with) : client_{url, once(std::move(with))} {
    client_.on_open([this](client&, const opening& told) {
        subprotocol_ = told.subprotocol;
        open_ = true;
    });
    client_.on_message(
        [this](client&, const message& told) { came_.push_back({std::string{told.data}, told.type}); });
    client_.on_close([this](client&, const close_info& told) {
        reason_ = told.reason;
        how_ = told;
        how_.reason = reason_;
        over_ = true;
    });
    client_.on_failure([this](client&, const connect_failure& told) {
        failure_ = told;
        over_ = true;
    });
    while (!open_ && !over_) client_.run_once(a_while);
    if (!open_) throw connection_error{failure_.why, failure_.text, failure_.http_status};
}

conversation::~conversation() {
    if (!over_) close();
}

void conversation::fail_if_over() {
    if (!over_) return;
    if (how_.why != error::none)
        throw connection_error{how_.why, std::string{describe(how_.why).text}, how_.code};
    auto text = "the server has closed the connection with " + std::to_string(how_.code);
    if (!reason_.empty()) text += ": " + reason_;
    throw connection_error{error::none, text, how_.code};
}

void conversation::send(std::string_view data, message_type type) {
    for (;;) {
        fail_if_over();
        switch (client_.push(data, type)) {
            case push_result::accepted:
                client_.run_once(0ms);
                return;
            case push_result::invalid_text:
                throw std::invalid_argument{"text must be valid UTF-8"};
            case push_result::refused_backlog:
                client_.run_once(a_while);  // the server reads slowly
                break;
            default:  // behind others: until it leaves
                while (!over_ && client_.queued_bytes() != 0) client_.run_once(a_while);
                return fail_if_over();
        }
    }
}

std::optional<received_message> conversation::receive(std::chrono::milliseconds within) {
    const auto& loop = *client_.state_->loop;
    const auto deadline = loop.time() + within;
    while (came_.empty()) {
        fail_if_over();
        const auto left = std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - loop.time()), 0ms);
        client_.run_once(left);
        if (left == 0ms && came_.empty() && !over_) return std::nullopt;
    }
    auto next = std::move(came_.front());
    came_.pop_front();
    return next;
}

close_info conversation::close(std::uint16_t code, std::string_view reason) {
    if (!over_) client_.close(code, reason);
    while (!over_) client_.run_once(a_while);
    return how_;
}

}  // namespace pushwire
