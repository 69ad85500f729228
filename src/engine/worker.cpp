#include "engine/worker.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "engine/call.hpp"
#include "engine/group_state.hpp"

namespace pushwire::engine {
namespace {

// What one turn gives to connections that wait to be settled, and after how many of them it looks at the clock.
constexpr std::chrono::milliseconds time_to_settle{5};
constexpr std::size_t settled_between_looks = 4;

connection** zeroed_table(std::size_t size) {
    void* const memory = std::calloc(size, sizeof(connection*));  // costs nothing until it is touched
    if (!memory) throw std::bad_alloc{};
    return static_cast<connection**>(memory);
}

}  // namespace

struct worker::acceptor final : net::listener {
    acceptor(worker& to, bool speaks_tls) : owner{to}, tls{speaks_tls} {}
    void on_accepted(int connected, const net::address& remote) override {
        owner.accepted(connected, remote, tls);
    }
    void on_accept_failed(std::error_code why) override {
        owner.server_.report(
            {fd{}, "accept", why.message() + "; clients wait until a connection closes", nullptr});
    }
    worker& owner;
    const bool tls;
};

worker::worker(server_state& server, unsigned index, unsigned count)
    : server_{server},
      index_{index},
      count_{count},
      numbers_{server.seat ? server.seat->numbers : numbering{index, count}},
      seat_{server.seat},
      loop_{server.make_loop(index)},
      mailbox_{*loop_, server.options.limits.max_mailbox},
      outgoing_(count),
      board_{seat_ ? seat_->share_board()
                   : engine::board{board::capacity_for(server.max_connections_per_worker)}},
      session_settings_{server.session_settings},
      bounds_{server.max_backlogs_per_worker, server.max_unfinished_per_worker},
      timers_{server, *loop_},
      departure_{*this},
      counters_{seat_ ? seat_->facts.counts : own_counters_},
      gate_{std::make_shared<worker_gate>()},
      // A tenth of what comes in a second may come at once.
      accept_pace_{server.options.limits.accept_rate,
                   std::max<std::size_t>(server.options.limits.accept_rate / numbers_.workers / 10, 1),
                   numbers_.workers},
      by_place_{zeroed_table(board_.capacity()), std::free} {
    gate_->open = this;
    session_settings_.codecs = &codecs_;
    session_settings_.rests_after_inflating = std::size_t{1} << 20;  // a millisecond
    if (seat_) take_seat();
}

worker::~worker() {
    PUSHWIRE_ASSERT(connections() == 0);  // see `end`
    const std::lock_guard lock{gate_->mutex};
    gate_->open = nullptr;
}

void worker::listen_on(int descriptor, bool shared, bool tls) {
    if (tls && !tls_workspace_) tls_workspace_ = std::make_unique<net::tls_workspace>();
    acceptors_.push_back(std::make_unique<acceptor>(*this, tls));
    loop_->listen(*acceptors_.back(), descriptor, shared);
}

// ---------------------------------------------------------------- turns

net::time_point worker::now() {
    if (!in_turn_) loop_->update_time();
    return loop_->now();
}

bool worker::turn(net::time_point until) {
    in_turn_ = true;
    loop_->begin_batch();
    loop_->turn(unsettled_.empty() ? until : net::time_point::min());
    mailbox_.run();
    if (seat_) take_group_mail();
    if (!unsettled_.empty()) settle_unsettled();
    shared_frames_.end_run();
    run_for_ = nullptr;
    loop_->end_batch();
    post_outgoing();
    counters_.backlog_bytes.set(blocks_.lent_bytes() + bounds_.beside_bytes());
    counters_.unfinished_bytes.set(bounds_.unfinished_bytes());
    in_turn_ = false;
    return !is_over();
}

// A worker without connections stays until the last one has none: calls and timers of the others may concern it.
bool worker::is_over() {
    if (!is_leaving() || connections() != 0 || has_guests()) return false;
    if (!std::exchange(gone_, true)) server_.tell_gone();
    if (!server_.all_gone()) return false;
    timers_.cancel_all();
    return true;
}

bool worker::post(std::size_t bytes, net::mailbox::call what) {
    worker* const from = server_.here();
    const bool gathers = from != nullptr && from != this && from->in_turn_;
    return gathers ? mailbox_.add(from->outgoing_[index_], bytes, std::move(what))
                   : mailbox_.post(bytes, std::move(what));
}

void worker::post_outgoing() {
    if (count_ == 1) return;
    for (const auto& each : server_.workers) each->mailbox_.post(outgoing_[each->index()]);
}

void worker::settle_later(connection& which) {
    unsettled_.push_back(&which);
    which.unsettled_place_ = static_cast<std::uint32_t>(unsettled_.size());
    if (!in_turn_) loop_->wake();
}

// Settling tells handlers, which may touch further connections: those wait for the next turn, so that a handler that
// always has more to send holds up nobody else. So do those for whom there is no time: a publication to very many.
void worker::settle_unsettled() {
    const auto end = unsettled_.size();
    const auto enough = loop_->time() + time_to_settle;
    for (std::size_t done = 1; settled_ != end; ++done) {
        connection* const each = std::exchange(unsettled_[settled_++], nullptr);
        if (each) {
            each->unsettled_place_ = 0;
            each->settle();
        }
        if (done % settled_between_looks == 0 && loop_->is_reached(enough)) break;
    }
    drop_settled();
    if (!unsettled_.empty()) loop_->wake();
}

/// Makes the list as short as it can be, or as long as twice those who wait: each of these moves once at most for one settled.
void worker::drop_settled() {
    const auto waiting = unsettled_.size() - settled_;
    if (waiting > settled_) return;
    for (std::size_t place = 0; place < waiting; ++place) {
        connection* const each = unsettled_[place] = unsettled_[settled_ + place];
        if (each) each->unsettled_place_ = static_cast<std::uint32_t>(place + 1);
    }
    unsettled_.resize(waiting);
    settled_ = 0;
}

void worker::stop_accepting() {
    for (auto& each : acceptors_) loop_->remove(*each);
    acceptors_.clear();
    loop_->disarm(accept_);
    server_.stop_listening();
}

void worker::turn_away_openings() {
    for (connection* each : unnumbered_) each->turn_away();
}

void worker::leave(const farewell& how) {
    departure_.begin(how);
    if (index_ == 0) server_.close_guests();
}

void worker::cut_all() {
    if (index_ == 0) server_.cut_guests();
    for (connection* each : unnumbered_) each->cut();
    for (std::size_t place = 0; place < used_places(); ++place) {
        if (by_place_[place]) by_place_[place]->cut();
    }
}

void worker::end() {
    take_thread();
    ends_ = true;
    leave({});
    timers_.cancel_all();  // whatever the others still do
    cut_all();
    do {
        turn(net::time_point::min());
    } while (connections() != 0 || has_guests());
    loop_->disarm(stuck_);
    if (seat_) seat_->facts.is_served.store(false, std::memory_order_release);
}

// ---------------------------------------------------------------- connections

void worker::accepted(int connected, const net::address& remote, bool tls) {
    counters_.accepted.add();
    if (accept_pace_.is_set()) {
        (void)accept_pace_.take(next_accept_, loop_->now());  // it may: else they would be held
        wait_for_pace();
    }
    worker& to = taker();
    to.held_.fetch_add(1, std::memory_order_relaxed);
    if (&to == this) return take(connected, remote, tls);
    to.post_control([&to, socket = net::unique_descriptor{connected}, remote, tls]() mutable {
        to.take(socket.release(), remote, tls);
    });
}

/// Who shall have the connection that was just accepted. The kernel spreads them by chance, so whoever holds more than an
/// eighth above the mean hands them on to who holds the fewest.
worker& worker::taker() {
    if (count_ == 1) return *this;
    std::size_t sum = 0;
    std::size_t least = held();
    worker* lightest = this;
    for (const auto& each : server_.workers) {
        const auto its = each->held();
        sum += its;
        if (its < least) {
            least = its;
            lightest = each.get();
        }
    }
    return held() * count_ * 8 > sum * 9 ? *lightest : *this;
}

/// A socket that it holds from here on; it is counted already.
void worker::take(int connected, const net::address& remote, bool tls) {
    bool counted = false;
    const auto why = enter_address(remote, counted);
    if (why != error::none && turned_away_ >= server_.max_turned_away_per_worker) {
        counters_.errors[static_cast<std::size_t>(why)].add();
        counters_.refused.add();
        held_.fetch_sub(1, std::memory_order_relaxed);
        const net::unique_descriptor closed{connected};
        return;
    }
    auto* const made = new connection{*this, remote, loop_->now()};
    made->counted_ = counted;
    add_unnumbered(*made);
    made->attach(connected, tls ? server_.tls() : nullptr);
    made->arm_deadline();
    if (why != error::none) {
        ++turned_away_;
        made->refuse_unasked(why);
    } else if (server_.options.proxy_protocol && server_.trusted_proxies.contains(remote)) {
        made->expect_proxy_header();
    }
    // It may have been handed on by a worker that did not know yet.
    if (is_leaving()) made->turn_away();
    if (gone_) made->cut();
    hold_listeners();
}

/// Accepts no more until the pace allows it.
void worker::wait_for_pace() {
    const auto due = accept_pace_.due(next_accept_);
    waits_for_pace_ = due > loop_->now();
    if (waits_for_pace_) loop_->arm(accept_, due);
    hold_listeners();
}

error worker::enter_address(const net::address& remote, bool& counted) {
    if (!server_.addresses || !address_limits::counts(remote) || server_.trusted_proxies.contains(remote))
        return error::none;
    const auto why = server_.addresses->enter(remote, loop_->now());
    counted = why == error::none;
    return why;
}

void worker::leave_address(const net::address& remote) {
    server_.addresses->leave(remote, loop_->now());
}

void worker::forget(connection& which) {
    if (which.unsettled_place_ != 0) unsettled_[which.unsettled_place_ - 1] = nullptr;
    remove_unnumbered(which);
    held_.fetch_sub(1, std::memory_order_relaxed);
    which.stop_awaiting();
    if (which.turned_away_) --turned_away_;
    if (which.counted_) leave_address(which.came().remote);
    delete &which;
    hold_listeners();
}

void worker::add_unnumbered(connection& which) {
    which.place_ = static_cast<std::uint32_t>(unnumbered_.size());
    unnumbered_.push_back(&which);
}

void worker::remove_unnumbered(connection& which) {
    connection* const last = unnumbered_.back();
    unnumbered_[which.place_] = last;
    last->place_ = which.place_;
    unnumbered_.pop_back();
}

void worker::hold_listeners() {
    // Those that others have handed on take up descriptors, too, before they come out of the mailbox.
    const bool crowded = held() >= server_.max_connections_per_worker + server_.max_turned_away_per_worker;
    const bool held = crowded || waits_for_pace_;
    if (held == listeners_held_) return;
    listeners_held_ = held;
    for (auto& each : acceptors_) {
        if (held) {
            loop_->pause(*each);
        } else {
            loop_->resume(*each);
        }
    }
}

// Numbers go up and are never used twice; one whose place on the board is taken is skipped.
fd worker::new_number() {
    const auto mask = board_.capacity() - 1;
    PUSHWIRE_ASSERT(open_ < board_.capacity());
    while (by_place_[next_number_ & mask]) ++next_number_;
    const fd given = numbers_.number(next_number_++);
    counters_.numbers_given.add(next_number_ - counters_.numbers_given.value());
    return given;
}

void worker::add_numbered(connection& which) {
    connection*& place = by_place_[place_of(which.fd())];
    PUSHWIRE_ASSERT(!place);
    place = &which;
    remove_unnumbered(which);
    ++open_;
}

void worker::retire_number(connection& which) {
    for (const auto topic : topics_of(which.fd())) server_.subscriptions.remove(topic);
    topics_.unsubscribe_all(which.fd().number());
    const auto place = place_of(which.fd());
    by_place_[place] = nullptr;
    board_.clear(place);
    --open_;
    add_unnumbered(which);
}

void worker::enter_on_board(connection& which) {
    board_.enter(place_of(which.fd()), {.fd = which.fd(),
                                        .remote = which.came().remote,
                                        .connected_at = which.came().at,
                                        .now = which.state()});
}

void worker::write_board(const connection& which) {
    board_.write(place_of(which.fd()), which.state());
}

std::optional<board::entry> worker::look_up(fd which) const {
    return board_.find(place_of(which), which);
}

std::uint64_t worker::await_decision(connection& which) {
    const auto ticket = next_ticket_++;
    undecided_.emplace(ticket, &which);
    return ticket;
}

void worker::decide(std::uint64_t ticket, const handshake_decision& decision) {
    const auto found = undecided_.find(ticket);
    if (found == undecided_.end()) return;  // the client has left, or its time is over
    connection& which = *found->second;
    which.decide(decision);
    which.settle_later();
}

// ---------------------------------------------------------------- what the server is asked to do

bool worker::is_text_in_hand(std::string_view data) const {
    const std::less_equal<const char*> not_after;
    const char* const begin = text_in_hand.data();
    const char* const end = begin + text_in_hand.size();
    if (text_in_hand.empty() || data.empty() || !not_after(begin, data.data()) ||
        !not_after(data.data() + data.size(), end)) {
        return false;
    }
    const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; };
    const char* const after = data.data() + data.size();
    return !continues(data.front()) && (after == end || !continues(*after));
}

push_result worker::push(fd to, std::string_view data, message_type type) {
    connection* const found = find(to);
    return found ? found->push(data, type) : push_result::unknown_fd;
}

push_result worker::ping(fd to, std::string_view payload) {
    connection* const found = find(to);
    return found ? found->ping(payload) : push_result::unknown_fd;
}

void worker::disconnect(fd which, std::uint16_t code, std::string_view reason) {
    if (connection* const found = find(which)) found->disconnect(code, reason);
}

subscribe_result worker::subscribe(fd who, std::string_view topic) {
    const auto& limits = server_.options.limits;
    const connection* const found = find(who);
    if (!found) return subscribe_result::unknown_fd;
    if (!found->is_open()) return subscribe_result::closing;
    if (topic.size() > limits.max_topic_name) return subscribe_result::refused;
    switch (topics_.subscribe(who.number(), topic, limits.max_topics)) {
        case pubsub::topic_index::outcome::subscribed:
            server_.subscriptions.add(topic);
            return subscribe_result::subscribed;
        case pubsub::topic_index::outcome::already_subscribed:
            return subscribe_result::already_subscribed;
        case pubsub::topic_index::outcome::too_many:
            break;
    }
    return subscribe_result::refused;
}

void worker::unsubscribe(fd who, std::string_view topic) {
    if (topics_.unsubscribe(who.number(), topic)) server_.subscriptions.remove(topic);
}

void worker::publish(std::string_view topic, std::string_view data, message_type type) {
    const auto subscribers = topics_.subscribers(topic);
    if (subscribers.empty()) return;
    if (std::exchange(run_for_, subscribers.data()) != subscribers.data()) shared_frames_.end_run();
    protocol::publication published{shared_frames_, session_settings_, type, std::as_bytes(std::span{data})};
    for (const auto subscriber : subscribers) {
        if (connection* const found = find(fd{subscriber})) found->deliver(published);
    }
}

}  // namespace pushwire::engine
