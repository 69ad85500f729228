#include <algorithm>

#include <pushwire/server.hpp>
#include <pushwire/server_group.hpp>

#include "base/time.hpp"
#include "engine/call.hpp"
#include "engine/group_state.hpp"
#include "engine/server_state.hpp"
#include "engine/worker.hpp"

// Each call is either done at once, on the thread of the worker that it concerns, or carried there by its mailbox.

namespace pushwire {
namespace {

// What a posted call costs beside what it carries, counted against the mailbox's bound.
constexpr std::size_t posted_call_size = 128;

options with_address(options with, std::string_view host, std::uint16_t port) {
    const bool is_v6 = host.contains(':') && !host.starts_with('[');
    const auto name = is_v6 ? "[" + std::string{host} + "]" : std::string{host};
    with.listen.insert(with.listen.begin(), name + ":" + std::to_string(port));
    return with;
}

/// From another thread than the worker's. Never inlined: what is pushed mostly goes the short way.
[[gnu::noinline]] push_result post_push(engine::server_state& state, engine::worker& owner, fd to,
                                        std::string_view data, message_type type) {
    const auto& limits = state.options.limits;
    if (const auto refused = engine::reason_not_to_post(owner.look_up(to), data.size(), limits))
        return *refused;
    const auto deliver = [&state, &owner, to, type, copy = std::string{data}] {
        const auto result = owner.push(to, copy, type);
        const bool taken = result == push_result::accepted || result == push_result::queued;
        if (taken || !state.on_refused) return;
        owner.call(to, "on_refused", [&] { state.on_refused(state.self, to, copy.size()); });
    };
    return owner.post(data.size() + posted_call_size, deliver) ? push_result::posted
                                                               : push_result::refused_mailbox;
}

/// Of a call that returns nothing.
void report_full(engine::server_state& state, std::string_view call, fd about) {
    state.report({fd{}, call,
                  "the mailbox of the member that has client " + to_string(about) +
                      " is full: it does not come to its turns, or limits.max_mailbox is too small",
                  nullptr});
}

}  // namespace

server::server(std::string_view host, std::uint16_t port, options with)
    : server{with_address(std::move(with), host, port)} {}

server::server(options with)
    : route{std::make_shared<engine::handlers>()},
      state_{std::make_unique<engine::server_state>(*this, std::move(with))} {
    state_->for_all = handlers_.get();
}

server::server(server_group& group, unsigned member)
    : route{std::make_shared<engine::handlers>()},
      state_{std::make_unique<engine::server_state>(*this, *group.state_, member)} {
    state_->for_all = handlers_.get();
}

server::~server() {
    state_->end();
}

// ---------------------------------------------------------------- before start

route server::path(std::string_view pattern) {
    return route{state_->router.at(pattern)};
}

server& server::on_refused(std::function<void(server&, fd, std::size_t)> handler) {
    state_->on_refused = std::move(handler);
    return *this;
}

server& server::on_error(std::function<void(server&, const error_report&)> handler) {
    state_->on_error = std::move(handler);
    return *this;
}

server& server::on_group_message(std::function<void(server&, std::string_view)> handler) {
    state_->on_group_message = std::move(handler);
    return *this;
}

server& server::workers(unsigned count) {
    state_->options.workers = count;
    return *this;
}

server& server::user_type(user_type_facts facts) {
    state_->user_type = facts;
    return *this;
}

void server::listen() {
    state_->listen();
}

std::uint16_t server::port() const {
    return state_->places.empty() ? std::uint16_t{0} : state_->places.front().listening.where.port;
}

std::vector<std::string> server::addresses() const {
    std::vector<std::string> all;
    for (const auto& each : state_->places) all.push_back(engine::url_of(each));
    return all;
}

void server::reload_tls() {
    state_->reload_tls();
}

std::vector<tls_certificate_info> server::tls_certificates() const {
    const auto loaded = state_->tls();
    return loaded ? loaded->certificates() : std::vector<tls_certificate_info>{};
}

unsigned server::worker_count() const {
    return static_cast<unsigned>(state_->workers.size());
}

std::string_view server::loop_name() const {
    return state_->workers.empty() ? std::string_view{} : state_->workers.front()->loop().name();
}

// ---------------------------------------------------------------- running

void server::start() {
    state_->start();
}

void server::stop() {
    stop(state_->options.limits.grace);
}

void server::stop(std::chrono::milliseconds within) {
    state_->leave({.grace = std::max(within, std::chrono::milliseconds{0})});
}

void server::drain() {
    drain(state_->options.limits.drain_time);
}

void server::drain(std::chrono::milliseconds over, std::uint16_t code, std::string_view reason) {
    state_->leave({.over = std::max(over, std::chrono::milliseconds{0}),
                   .grace = state_->options.limits.grace,
                   .code = code,
                   .reason = std::string{reason}});
}

bool server::run_once(std::chrono::milliseconds timeout) {
    state_->listen();
    if (state_->workers.size() != 1) {
        throw setup_error{std::make_error_code(std::errc::invalid_argument),
                          "run_once serves one worker only"};
    }
    state_->before_first_turn();
    auto& only = *state_->workers.front();
    return only.turn(base::later(only.now(), timeout));
}

int server::descriptor() {
    state_->listen();
    auto& loop = state_->workers.front()->loop();
    const int descriptor = loop.descriptor();
    if (!std::exchange(state_->hosted, true))
        loop.wake();  // what was asked for before the first turn waits for one
    return descriptor;
}

// ---------------------------------------------------------------- connections

push_result server::push(fd to, std::string_view data, message_type type) {
    engine::worker* const owner = state_->owner_of(to);
    if (!owner) return state_->group ? state_->group->push(to, data, type) : push_result::unknown_fd;
    return owner->is_here() ? owner->push(to, data, type) : post_push(*state_, *owner, to, data, type);
}

push_result server::ping(fd to, std::string_view payload) {
    engine::worker* const owner = state_->owner_of(to);
    if (!owner) return state_->group ? state_->group->ping(to, payload) : push_result::unknown_fd;
    if (owner->is_here()) return owner->ping(to, payload);
    payload = payload.substr(0, protocol::max_control_payload);
    const auto& limits = state_->options.limits;
    if (const auto refused = engine::reason_not_to_post(owner->look_up(to), payload.size(), limits))
        return *refused;
    const bool posted = owner->post(payload.size() + posted_call_size,
                                    [=, copy = std::string{payload}] { (void)owner->ping(to, copy); });
    return posted ? push_result::posted : push_result::refused_mailbox;
}

void server::disconnect(fd which, std::uint16_t code, std::string_view reason) {
    engine::worker* const owner = state_->owner_of(which);
    if (!owner) {
        if (state_->group && !state_->group->disconnect(which, code, reason))
            report_full(*state_, "disconnect", which);
    } else if (owner->is_here()) {
        owner->disconnect(which, code, reason);
    } else if (owner->look_up(which)) {
        owner->post_control([=, text = std::string{reason}] { owner->disconnect(which, code, text); });
    }
}

bool server::exists(fd which) const {
    const engine::worker* const owner = state_->owner_of(which);
    if (!owner && !state_->group) return false;
    if (owner && owner->is_here()) {
        const auto* const found = owner->find(which);
        return found && found->is_open();
    }
    const auto known = owner ? owner->look_up(which) : state_->group->look_up(which);
    return known && known->now.open;
}

std::optional<connection_info> server::info(fd which) const {
    const engine::worker* const owner = state_->owner_of(which);
    if (!owner) return state_->group ? state_->group->info(which) : std::nullopt;
    auto known = owner->look_up(which);
    if (!known) return std::nullopt;
    if (owner->is_here()) known->now = owner->find(which)->state();  // newer than what others see
    const auto& loop = owner->loop();
    return engine::info_of(*known, loop.time(), loop.wall_time(), owner->numbers().worker);
}

std::vector<fd> server::connections() const {
    if (state_->group) return state_->group->list_connections();
    std::vector<fd> all;
    for (const auto& each : state_->running()) each->list_connections(all);
    return all;
}

statistics server::stats() const {
    statistics sum;
    sum.errors.resize(error_count);
    if (state_->group) {
        state_->group->add_to(sum);
    } else {
        for (const auto& each : state_->running()) each->counts().add_to(sum);
    }
    sum.open = sum.opened - std::min(sum.opened, sum.closed);
    return sum;
}

subscribe_result server::subscribe(fd who, std::string_view topic) {
    engine::worker* const owner = state_->owner_of(who);
    if (!owner) return state_->group ? state_->group->subscribe(who, topic) : subscribe_result::unknown_fd;
    if (owner->is_here()) return owner->subscribe(who, topic);
    if (!owner->look_up(who)) return subscribe_result::unknown_fd;
    owner->post_control([=, name = std::string{topic}] { owner->subscribe(who, name); });
    return subscribe_result::posted;
}

void server::unsubscribe(fd who, std::string_view topic) {
    engine::worker* const owner = state_->owner_of(who);
    if (!owner) {
        if (state_->group && !state_->group->unsubscribe(who, topic))
            report_full(*state_, "unsubscribe", who);
    } else if (owner->is_here()) {
        owner->unsubscribe(who, topic);
    } else if (owner->look_up(who)) {
        owner->post_control([=, name = std::string{topic}] { owner->unsubscribe(who, name); });
    }
}

std::vector<std::string> server::topics(fd who) const {
    const engine::worker* const owner = state_->owner_of(who);
    if (!owner) return {};
    const auto names = owner->topics_of(who);
    return {names.begin(), names.end()};
}

std::size_t server::subscriber_count(std::string_view topic) const {
    return state_->subscriptions.count(topic);
}

push_result server::publish(std::string_view topic, std::string_view data, message_type type) {
    if (type == message_type::text && state_->options.check_pushed_text &&
        !protocol::is_utf8(std::as_bytes(std::span{data}))) {
        return push_result::invalid_text;
    }
    auto result = push_result::posted;
    std::shared_ptr<const std::pair<std::string, std::string>> copy;  // one for all workers
    for (const auto& each : state_->running()) {
        if (each->is_here()) {
            each->publish(topic, data, type);
            if (result == push_result::posted) result = push_result::accepted;
            continue;
        }
        if (!copy) copy = std::make_shared<const std::pair<std::string, std::string>>(topic, data);
        const auto size = topic.size() + data.size() + posted_call_size;
        const bool posted =
            each->post(size, [to = each.get(), copy, type] { to->publish(copy->first, copy->second, type); });
        if (!posted) result = push_result::refused_mailbox;
    }
    if (state_->group && !state_->group->publish(state_->seat->numbers.worker, topic, data, type)) {
        result = push_result::refused_mailbox;
    }
    return result;
}

part_result server::begin(fd to, message_type type) {
    engine::worker* const owner = state_->owner_of(to);
    auto* const found = owner ? owner->find(to) : nullptr;
    return found ? found->begin(type) : part_result::unknown_fd;
}

part_result server::part(fd to, std::string_view data) {
    engine::worker* const owner = state_->owner_of(to);
    auto* const found = owner ? owner->find(to) : nullptr;
    return found ? found->part(data) : part_result::unknown_fd;
}

part_result server::end(fd to) {
    engine::worker* const owner = state_->owner_of(to);
    auto* const found = owner ? owner->find(to) : nullptr;
    return found ? found->end() : part_result::unknown_fd;
}

void server::pause(fd which) {
    engine::worker* const owner = state_->owner_of(which);
    if (auto* const found = owner ? owner->find(which) : nullptr) found->pause();
}

void server::resume(fd which) {
    engine::worker* const owner = state_->owner_of(which);
    if (auto* const found = owner ? owner->find(which) : nullptr) found->resume();
}

void* server::user_object(fd which) {
    const engine::worker* const owner = state_->owner_of(which);
    auto* const found = owner ? owner->find(which) : nullptr;
    return found ? found->user_object() : nullptr;
}

// ---------------------------------------------------------------- time and threads

server::timer_id server::after(std::chrono::milliseconds delay, std::function<void(server&)> call) {
    return state_->start_timer(delay, std::chrono::milliseconds{0}, std::move(call));
}

server::timer_id server::every(std::chrono::milliseconds interval, std::function<void(server&)> call) {
    const auto at_least = std::max(interval, std::chrono::milliseconds{1});
    return state_->start_timer(at_least, at_least, std::move(call));
}

void server::cancel(timer_id which) {
    state_->cancel_timer(which);
}

void server::post(std::function<void(server&)> call) {
    post(fd{}, std::move(call));
}

void server::post(fd near, std::function<void(server&)> call) {
    if (engine::worker* const owner = state_->owner_of(near)) {
        owner->post_control(
            [this, owner, near, call = std::move(call)] { owner->call(near, "post", [&] { call(*this); }); });
    } else {
        state_->run_on_first(
            [this, call = std::move(call)] { engine::guarded(*state_, fd{}, "post", [&] { call(*this); }); });
    }
}

}  // namespace pushwire
