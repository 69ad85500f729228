#include "engine/server_state.hpp"

#include <algorithm>
#include <cstdio>
#include <latch>
#include <limits>
#include <new>

#include "base/time.hpp"
#include "engine/call.hpp"
#include "engine/client_state.hpp"
#include "engine/group_state.hpp"
#include "engine/shared_options.hpp"
#include "engine/worker.hpp"
#include "net/machine.hpp"

namespace pushwire::engine {
namespace {

constexpr unsigned max_workers = 1024;  // more than any machine needs; a timer's number has room for them

// Files that the process needs beside its connections.
constexpr std::size_t spare_descriptors = 64;
constexpr std::size_t descriptors_of_a_loop = 5;
// Of each worker, where there are descriptors enough; else an eighth of what it may have.
constexpr std::size_t most_turned_away = 256;
// Where the user names no number: the board then costs at most 16 MiB, however long the server runs.
constexpr std::size_t default_max_connections = 131'072;

// Reads a list of the options'; `name` is theirs.
template <class List>
List read(const std::vector<std::string>& written, const char* name) {
    try {
        return List{written};
    } catch (const std::invalid_argument& wrong) {
        throw setup_error{std::make_error_code(std::errc::invalid_argument),
                          std::string{name} + ": " + wrong.what()};
    }
}

// Each worker's share of a bound of the whole server. It has room for something of `size` bytes, with what is kept
// about it.
std::size_t share(std::size_t chosen, unsigned workers, std::size_t size, const char* how_to_mend) {
    constexpr std::size_t kept_about_it = 4096;
    const auto least = size + std::min(kept_about_it, std::numeric_limits<std::size_t>::max() - size);
    if (chosen == 0) return std::max(net::granted_memory() / 8 / workers, least);
    require(chosen / workers >= least, how_to_mend);
    return chosen / workers;
}

}  // namespace

void check(const options& with) {
    require(with.workers < max_workers, "workers: at most 1023");
    engine::check(with.limits);
    engine::check(with.compression);
    require(!with.proxy_protocol || !with.trusted_proxies.empty(),
            "proxy_protocol needs trusted_proxies: name those that send the PROXY header");
}

memory_shares share_memory(const limits& limits, unsigned sharers) {
    return {
        .backlogs = share(limits.max_all_backlogs, sharers, std::max(limits.max_backlog, limits.max_message),
                          "limits.max_all_backlogs must be at least max_backlog, and max_message, with 4 KiB "
                          "more for each worker"),
        .unfinished =
            share(limits.max_all_unfinished, sharers, limits.max_message,
                  "limits.max_all_unfinished must be at least max_message, with 4 KiB more for each "
                  "worker")};
}

// All sockets that the workers of a process may have at once, and what it needs beside them, are within its limit.
connection_bounds share_connections(const limits& limits, unsigned workers, unsigned sharers,
                                    std::size_t listening) {
    const auto limit = net::raise_descriptor_limit();
    const auto beside = spare_descriptors + listening + workers * descriptors_of_a_loop;
    const auto share = std::max<std::size_t>(limit > beside ? (limit - beside) / workers : 0, 2);
    const auto turned_away = std::min(most_turned_away, std::max<std::size_t>(share / 8, 1));

    const auto asked_for = limits.max_connections;
    const auto wanted = ((asked_for ? asked_for : default_max_connections) + sharers - 1) / sharers;
    connection_bounds bounds;
    bounds.most = std::min(wanted, share - turned_away);
    bounds.most_turned_away = std::min(most_turned_away, share - bounds.most);
    if (asked_for != 0 && bounds.most != wanted) {
        bounds.shortage = std::to_string(asked_for) + " are asked for, but with " + std::to_string(limit) +
                          " file descriptors there will be " + std::to_string(bounds.most * sharers) +
                          ": raise ulimit -n";
    }
    return bounds;
}

server_state::server_state(server& owner, pushwire::options with)
    : make_loop{[this](unsigned) { return net::loop::make(backend_of(options.io)); }},
      self{owner},
      options{std::move(with)} {
    check(options);
    trusted_proxies = read<net::address_set>(options.trusted_proxies, "trusted_proxies");
    allowed_origins = read<origin_rules>(options.allowed_origins, "allowed_origins");
}

server_state::server_state(server& owner, group_state& of, unsigned member)
    : server_state{owner, of.options} {
    require(member < of.servers(), "the group has " + std::to_string(of.servers()) +
                                       " servers, numbered from 0 on: there is no member " +
                                       std::to_string(member));
    group = &of;
    seat = of.seats[member].get();
    make_loop = [this](unsigned) { return net::loop::make(backend_of(options.io), seat->mail.waking()); };
}

server_state::~server_state() = default;

void server_state::listen() {
    if (!running().empty()) return;
    check(options);
    require(!options.listen.empty(), "there is no address to listen on");

    require(!group || options.workers == 1, group_state::one_worker_each);

    const unsigned count = options.workers != 0 ? options.workers : net::granted_processors();
    const unsigned sharers = group ? group->servers() : count;
    load_tls();
    auto bound = group ? std::vector<listening_place>{} : bind_all(options, count, bind_listener);
    const auto& used = group ? group->places : bound;
    std::size_t listening = 0;
    for (const auto& each : used) listening += each.listening.sockets.size();
    share_bounds(count, sharers, listening);

    session_settings.limits = options.limits;
    session_settings.subprotocols = options.subprotocols;
    session_settings.compression = options.compression;
    auto made = make_workers(count);
    for (const auto& each : used) {
        const auto& sockets = each.listening.sockets;
        const bool shared = sockets.size() < sharers;
        for (const auto& worker : made) {
            worker->listen_on(sockets[shared ? 0 : worker->numbers().worker].get(), shared, each.tls);
        }
    }
    // Last, when nothing else can fail: who does not start has taken nothing from the server that runs.
    open_all(bound);
    if (group) {
        for (const auto& each : used) {
            bound.push_back({{.where = each.listening.where, .sockets = {}, .file = {}}, each.tls});
        }
    }
    places = std::move(bound);
    workers = std::move(made);
    workers_made.store(true, std::memory_order_release);
}

std::vector<std::unique_ptr<worker>> server_state::make_workers(unsigned count) {
    std::vector<std::unique_ptr<worker>> made;
    try {
        made.reserve(count);
        for (unsigned i = 0; i < count; ++i) made.push_back(std::make_unique<worker>(*this, i, count));
    } catch (const std::bad_alloc&) {
        throw setup_error{std::make_error_code(std::errc::not_enough_memory),
                          "the system grants no more than " + std::to_string(made.size()) + " of " +
                              std::to_string(count) +
                              " workers their memory: ask for fewer, or raise ulimit -v and memory"};
    }
    return made;
}

void server_state::share_bounds(unsigned count, unsigned sharers, std::size_t listening) {
    const auto& limits = options.limits;
    const auto bounds = group ? group->connections : share_connections(limits, count, sharers, listening);
    max_connections_per_worker = bounds.most;
    max_turned_away_per_worker = bounds.most_turned_away;
    if (!bounds.shortage.empty()) report({fd{}, "max_connections", bounds.shortage, nullptr});

    const auto memory = share_memory(limits, sharers);
    max_backlogs_per_worker = memory.backlogs;
    max_unfinished_per_worker = memory.unfinished;

    if (limits.max_connections_per_address != 0 || limits.accept_rate_per_address != 0) {
        addresses = std::make_unique<address_limits>(limits.max_connections_per_address,
                                                     limits.accept_rate_per_address,
                                                     max_connections_per_worker * count);
    }
    message_pace = {
        limits.message_rate,
        std::max<std::size_t>(limits.message_burst ? limits.message_burst : limits.message_rate, 1)};
}

void server_state::stop_listening() {
    if (listeners_gone.fetch_add(1, std::memory_order_acq_rel) + 1 != workers.size()) return;
    for (auto& each : places) net::close(each.listening);
}

void server_state::tell_all_told() {
    if (workers_told.fetch_add(1, std::memory_order_acq_rel) + 1 != workers.size()) return;
    for (auto& each : workers) {
        if (each->is_here()) {
            each->timers().cancel_all();
        } else {
            each->post_control([to = each.get()] { to->timers().cancel_all(); });
        }
    }
}

void server_state::tell_gone() {
    if (workers_gone.fetch_add(1, std::memory_order_acq_rel) + 1 != workers.size()) return;
    for (auto& each : workers) each->loop().wake();
}

void server_state::end() {
    for (auto& each : workers) each->end();
    for (client_state* const each : std::exchange(guests, {})) each->lose_host();
}

// What a client is told may end it, and take it off the list.

void server_state::close_guests() {
    for (client_state* const each : std::vector{guests}) each->close_with_host();
}

void server_state::cut_guests() {
    for (client_state* const each : guests) each->cut();
}

bool server_state::guests_are_connected() const {
    return std::ranges::any_of(guests, &client_state::has_links);
}

void server_state::before_first_turn() {
    const std::lock_guard lock{before_start};
    if (std::exchange(started, true)) return;
    workers.front()->take_thread();
    router.complete_from(*for_all);
    for (auto& call : first_calls) workers.front()->post_control(std::move(call));
    first_calls.clear();
}

void server_state::start() {
    listen();
    // All threads first: a server that cannot have them serves nobody.
    std::latch decided{1};
    bool called_off = false;
    std::vector<std::jthread> threads;
    try {
        for (std::size_t i = 1; i < workers.size(); ++i) {
            threads.emplace_back([&, each = workers[i].get()] {
                decided.wait();
                if (called_off) return;
                each->take_thread();
                while (each->turn(net::never)) {
                }
            });
        }
    } catch (const std::system_error& failed) {
        called_off = true;
        decided.count_down();
        throw setup_error{failed.code(),
                          "the system grants no more than " + std::to_string(threads.size() + 1) + " of " +
                              std::to_string(workers.size()) +
                              " workers a thread: ask for fewer, or raise ulimit -u and memory"};
    }

    std::optional<net::stop_signals> signals;
    if (options.handle_signals) {
        const bool drains = options.limits.drain_time > std::chrono::milliseconds{0};
        signals.emplace(workers.front()->loop(), drains);
    }
    before_first_turn();
    decided.count_down();
    while (workers.front()->turn(net::never)) {
        if (signals) heed(signals->take());
    }
}

void server_state::heed(net::stop_signals::wish asked_for) {
    switch (asked_for) {
        case net::stop_signals::wish::none:
            break;
        case net::stop_signals::wish::drain:
            self.drain();
            break;
        case net::stop_signals::wish::stop:
            self.stop();
            break;
    }
}

// A timer's number tells its worker in the lowest bits.
std::uint64_t server_state::start_timer(std::chrono::milliseconds delay, std::chrono::milliseconds interval,
                                        std::function<void(server&)> call) {
    worker* const owner = here();
    const auto made = timers_made.fetch_add(1, std::memory_order_relaxed) + 1;
    const auto id = made * max_workers + (owner ? owner->index() : 0);
    if (owner) {
        owner->timers().start(id, base::later(owner->now(), delay), interval, std::move(call));
    } else {
        run_on_first([=, this, call = std::move(call)] {
            auto& first = *workers.front();
            first.timers().start(id, base::later(first.now(), delay), interval, call);
        });
    }
    return id;
}

void server_state::cancel_timer(std::uint64_t id) {
    const auto index = id % max_workers;
    if (index == 0) {
        if (!running().empty() && workers.front()->is_here()) return workers.front()->timers().cancel(id);
        return run_on_first([=, this] { workers.front()->timers().cancel(id); });
    }
    if (index >= running().size()) return;
    worker* const owner = workers[index].get();
    if (owner->is_here()) return owner->timers().cancel(id);
    owner->post_control([=] { owner->timers().cancel(id); });
}

void server_state::leave(const farewell& how) {
    {
        const std::lock_guard lock{before_start};
        if (!started) {
            first_calls.push_back([this, how] { leave(how); });
            wake_first();
            return;
        }
    }
    for (auto& each : workers) {
        if (each->is_here()) {
            each->leave(how);
        } else {
            each->post_control([to = each.get(), how] { to->leave(how); });
        }
    }
}

worker* server_state::owner_of(fd number) const {
    const auto all = running();
    if (!number || all.empty()) return nullptr;
    if (group) [[unlikely]]
        return is_of_group_seat(number) ? all.front().get() : nullptr;
    if (all.size() == 1) return all.front().get();
    return all[(number.number() - 1) % all.size()].get();
}

bool server_state::is_of_group_seat(fd number) const {
    return group->owner_of(number) == seat;
}

worker* server_state::here() const {
    for (const auto& each : running()) {
        if (each->is_here()) return each.get();
    }
    return nullptr;
}

void server_state::report(const error_report& what) noexcept {
    try {
        if (on_error) {
            on_error(self, what);
            return;
        }
    } catch (...) {
        std::fputs("pushwire: on_error itself threw\n", stderr);
    }
    const auto about = what.fd ? " of client " + to_string(what.fd) : std::string{};
    std::fprintf(stderr, "pushwire: %.*s%s: %s\n", static_cast<int>(what.where.size()), what.where.data(),
                 about.c_str(), what.what.c_str());
}

void server_state::wake_first() {
    if (!running().empty()) workers.front()->loop().wake();
}

void server_state::run_on_first(std::function<void()> call) {
    {
        const std::lock_guard lock{before_start};
        if (!started) {
            first_calls.push_back(std::move(call));
            wake_first();
            return;
        }
    }
    workers.front()->post_control(std::move(call));
}

}  // namespace pushwire::engine
