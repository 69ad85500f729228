#include "sim/world.hpp"

#include <algorithm>

namespace pushwire::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t most_steps = 500'000;
constexpr milliseconds longest_stall{60};  // of a worker that the machine does not run
// What is due is done by then, however late workers run.
constexpr milliseconds slack{400};

net::address address_of(const client_facts& who) {
    net::address made{.family = net::address_family::ipv4, .port = who.port};
    made.bytes = {192, 0, 2, 1};
    return made;
}

net::listening bind_nowhere(const net::endpoint& where, const net::listen_options& how) {
    net::listening made;
    made.where = where;
    made.sockets.resize(how.count);  // of no descriptor: the simulated loop asks for none
    return made;
}

}  // namespace

world::world(std::uint64_t seed, record::writer out)
    : clock_{random{seed ^ 0x5eed}},
      chance_{~seed},
      plan_{seed},
      notes_{clock_, std::move(out)},
      ledger_{notes_, plan_, clock_} {}

world::~world() = default;

void world::set_up() {
    notes_.note("sim", plan_.describe());
    server_ = std::make_unique<server>(plan_.options);
    auto& state = engine::server_state::of(*server_);
    seats_.resize(plan_.options.workers);
    state.make_loop = [this](unsigned worker) {
        auto made =
            std::make_unique<loop_simulated>(clock_, notes_, chance_.branch(), plan_.loops[worker], sockets_);
        seats_[worker].loop = made.get();
        return made;
    };
    state.bind_listener = bind_nowhere;
    application_ = std::make_unique<application>(*server_, notes_, ledger_, plan_, clock_, chance_.branch());
    server_->listen();
    for (std::size_t i = 0; i < seats_.size(); ++i) seats_[i].who = state.workers[i].get();
    state.before_first_turn();
    seats_[0].who->release_thread();
    application_->start_threads();
    connect_clients();
    plan_breaks();
}

void world::connect_clients() {
    for (unsigned i = 0; i < plan_.clients; ++i) {
        auto* const added =
            clients_.emplace_back(std::make_unique<client>(clock_, notes_, ledger_, plan_, chance_.branch()))
                .get();
        clock_.after(chance_.between(duration{}, plan_.acting * 2 / 3), [this, added] {
            if (healed_ || !server_) return;
            auto habits = plan_.links;
            if (chance_.percent(plan_.links_differ_percent)) {
                habits.most_delay *= 10;
                habits.capacity = std::min<std::size_t>(habits.capacity, 2'000);
            }
            auto over = std::make_shared<link>(clock_, chance_.branch(), habits);
            over->on_news = [added](side which) {
                if (which == side::client) added->news();
            };
            added->connect(over);
            chance_.pick_of(seats_).loop->connect(*over, address_of(added->facts()));
        });
    }
}

void world::plan_breaks() {
    const auto some_link = [this]() -> link* {
        auto& facts = chance_.pick_of(clients_)->facts();
        return facts.connected && !healed_ ? facts.over.get() : nullptr;
    };
    for (unsigned i = 0; i < plan_.breaks; ++i) {
        clock_.after(chance_.between(duration{}, plan_.acting), [=, this] {
            auto* const which = some_link();
            if (!which) return;
            const bool vanishes = chance_.percent(50);
            notes_.note("net", vanishes ? "a link swallows everything" : "a link is reset");
            vanishes ? which->vanish() : which->reset();
        });
    }
    for (unsigned i = 0; i < plan_.stalls; ++i) {
        clock_.after(chance_.between(duration{}, plan_.acting), [=, this] {
            auto* const which = some_link();
            if (!which) return;
            notes_.note("net", "a link stands still for a while");
            which->stall(chance_.pick({side::client, side::server}),
                         clock_.now() + chance_.between(duration{}, plan_.acting / 3));
        });
    }
}

// ---------------------------------------------------------------- workers

void world::look_after_workers() {
    for (unsigned i = 0; i < seats_.size(); ++i) {
        auto& seat = seats_[i];
        if (seat.finished || seat.turn_expected) continue;
        if (seat.loop->runnable()) {
            seat.turn_expected = true;
            auto delay = chance_.between(duration{}, plan_.most_scheduling_delay);
            if (chance_.percent(plan_.worker_stalls_percent))
                delay += chance_.between(duration{}, duration{longest_stall});
            clock_.after(delay, [this, i] { turn(i); });
        } else if (const auto when = seat.loop->earliest();
                   when < seat.poked_at || seat.poked_at <= clock_.now()) {
            seat.poked_at = when;
            if (when != never) clock_.at(when, [] {});  // it is looked after then
        }
    }
}

void world::turn(unsigned index) {
    auto& seat = seats_[index];
    seat.turn_expected = false;
    if (seat.finished || !server_) return;
    application_->enter(index);
    seat.who->take_thread();
    seat.finished = !seat.who->turn(never);
    seat.who->release_thread();
    application_->leave(index);
    if (!seat.finished) return;
    notes_.expect(seat.who->topics().topic_count() == 0, "nothing leaks",
                  "topics are left that nobody listens to");
    notes_.note("sim", "w", index, " is done");
    seat.loop->refuse_waiting();
}

bool world::run_until(time_point end) {
    while (!notes_.failed() && clock_.next_time() <= end) {
        clock_.step();
        if (++steps_ > most_steps) notes_.fail("progress", "it does not come to an end");
        if (server_) look_after_workers();
        if (steps_ % 64 == 0) check_times();
    }
    return !notes_.failed();
}

// ---------------------------------------------------------------- the course of a history

finding world::run() {
    set_up();
    look_after_workers();
    const auto begin = clock_.now();
    using ends = plan::ending;
    const auto acting = plan_.ends == ends::healed ? plan_.acting : chance_.between(duration{}, plan_.acting);
    bool fine = run_until(begin + acting);
    if (fine && plan_.ends == ends::healed) {
        heal();
        fine = run_until(clock_.now() + std::chrono::seconds{2});
        if (fine) ledger_.check_all_arrived();
        if (fine) application_->check_at_rest();
    }
    if (fine && plan_.ends == ends::destroyed) {
        application_->server_is_destroyed();
        server_.reset();
    } else if (fine) {
        run_until_stopped();
    }
    step_aftermath();
    return {notes_.oracle(), notes_.finding(), steps_};
}

void world::heal() {
    notes_.note("sim", "everything is healed");
    healed_ = true;
    plan_.most_scheduling_delay = std::chrono::microseconds{20};
    plan_.worker_stalls_percent = 0;
    for (auto& each : clients_) {
        if (each->facts().connected) each->facts().over->heal();
        each->calm_down();
    }
    application_->calm_down();
    look_after_workers();
}

bool world::run_until_stopped() {
    const auto within = application_->stop();
    look_after_workers();
    const auto deadline = clock_.now() + within + slack;
    const auto finished = [&] { return std::ranges::all_of(seats_, &worker_seat::finished); };
    while (!finished() && clock_.next_time() <= deadline && run_until(clock_.next_time())) {
    }
    if (notes_.failed()) return false;
    notes_.expect(finished(), "progress", "the server does not end within its grace");
    if (!notes_.failed()) check_counts();
    return !notes_.failed();
}

void world::step_aftermath() {
    run_until(never - duration{1});
    if (!notes_.failed()) ledger_.check_endings();
    if (server_) {
        application_->server_is_destroyed();
        server_.reset();
    }
    if (!notes_.failed()) application_->check_at_end();
}

// ---------------------------------------------------------------- oracles about times and counts

void world::check_times() {
    if (!server_) return;
    const auto& bounds = plan_.options.limits;
    const auto now = clock_.now();
    for (const auto& each : ledger_.clients()) {
        if (!each->connected || each->over->closed(side::server)) continue;
        const auto* const open = ledger_.of_client(each->number);
        if (open && open->ended) {
            notes_.expect(now <= open->ended->when + bounds.closing_time + slack, "times", "fd ",
                          open->number.number(), ": its socket lingers beyond closing_time");
        } else if (open && bounds.idle_timeout > milliseconds{0} && !open->paused) {
            // Who takes what had been stuck is there, too.
            const auto last =
                std::max({open->opened_at, open->resumed_at, each->over->last_received(side::server),
                          each->over->last_received(side::client)});
            notes_.expect(now <= last + bounds.idle_timeout * 2 + bounds.closing_time + slack, "times", "fd ",
                          open->number.number(), ": it is silent beyond idle_timeout");
        }
    }
}

void world::check_counts() {
    const auto counted = server_->stats();
    const auto opened = ledger_.connections().size();
    const auto accepted = [&] {
        std::size_t sum = 0;
        for (const auto& each : seats_) sum += each.loop->accepted();
        return sum;
    }();
    notes_.expect(counted.accepted == accepted, "counts", "accepted ", accepted, ", counted ",
                  counted.accepted);
    notes_.expect(counted.opened == opened, "counts", "opened ", opened, ", counted ", counted.opened);
    notes_.expect(counted.closed == opened, "counts", "closed ", opened, ", counted ", counted.closed);
    notes_.expect(counted.open == 0, "counts", "open ", counted.open, ", when all is over");
}

}  // namespace pushwire::sim
