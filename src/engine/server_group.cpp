#include <algorithm>
#include <utility>

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
