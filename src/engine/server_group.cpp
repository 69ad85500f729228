#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <pushwire/protocol/session.hpp>
#include <pushwire/server_group.hpp>

#include "engine/group_state.hpp"
#include "engine/shared_options.hpp"

namespace pushwire {

server_group::server_group(options with, unsigned servers, unsigned mailboxes)
    : state_{std::make_unique<engine::group_state>(std::move(with), servers, mailboxes)} {}

server_group::~server_group() = default;

unsigned server_group::servers() const {
    return state_->servers();
}

std::uint16_t server_group::port() const {
    return state_->places.front().listening.where.port;
}

std::vector<std::string> server_group::addresses() const {
    std::vector<std::string> all;
    for (const auto& each : state_->places) all.push_back(engine::url_of(each));
    return all;
}

bool server_group::send(unsigned to, std::string_view data) {
    return state_->send(to, data);
}

std::optional<std::string> server_group::receive(unsigned mailbox, std::chrono::milliseconds timeout) {
    const auto place = static_cast<std::size_t>(mailbox) - state_->servers();
    if (place >= state_->mailboxes.size()) return std::nullopt;  // a server's, too
    return state_->mailboxes[place]->receive(timeout);
}

push_result server_group::push(fd to, std::string_view data, message_type type) {
    return state_->push(to, data, type);
}

push_result server_group::ping(fd to, std::string_view payload) {
    return state_->ping(to, payload);
}

push_result server_group::publish(std::string_view topic, std::string_view data, message_type type) {
    if (type == message_type::text && state_->options.check_pushed_text &&
        !protocol::is_utf8(std::as_bytes(std::span{data}))) {
        return push_result::invalid_text;
    }
    constexpr unsigned nobody = std::numeric_limits<unsigned>::max();
    return state_->publish(nobody, topic, data, type) ? push_result::posted : push_result::refused_mailbox;
}

void server_group::disconnect(fd which, std::uint16_t code, std::string_view reason) {
    (void)state_->disconnect(which, code, reason);
}

subscribe_result server_group::subscribe(fd who, std::string_view topic) {
    return state_->subscribe(who, topic);
}

void server_group::unsubscribe(fd who, std::string_view topic) {
    (void)state_->unsubscribe(who, topic);
}

bool server_group::exists(fd which) const {
    const auto known = state_->look_up(which);
    return known && known->now.open;
}

std::optional<connection_info> server_group::info(fd which) const {
    return state_->info(which);
}

std::vector<fd> server_group::connections() const {
    return state_->list_connections();
}

statistics server_group::stats() const {
    statistics sum;
    sum.errors.resize(error_count);
    state_->add_to(sum);
    sum.open = sum.opened - std::min(sum.opened, sum.closed);
    return sum;
}

void server_group::clear(unsigned member) {
    engine::require(member < state_->servers(), "there is no such member of the group");
    state_->seats[member]->sweep();
    state_->wake_all();
}

}  // namespace pushwire
