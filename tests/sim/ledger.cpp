#include "sim/ledger.hpp"

#include <algorithm>

#include <pushwire/protocol/frame.hpp>

#include "sim/payload.hpp"

namespace pushwire::sim {
namespace {

// A failure may be told a turn after it began.
constexpr std::chrono::milliseconds longest_between_turns{70};

std::size_t frame_size(std::size_t payload) {
    return protocol::frame_header_size(payload, false) + payload;
}

std::string named(const connection_facts& which) {
    return "fd " + to_string(which.number) + " (c" + std::to_string(which.client) + ")";
}

}  // namespace

// ---------------------------------------------------------------- connections and clients

client_facts& ledger::add_client() {
    auto& added = *clients_.emplace_back(std::make_unique<client_facts>());
    added.number = static_cast<unsigned>(clients_.size() - 1);
    added.port = static_cast<std::uint16_t>(10'000 + added.number);
    by_port_[added.port] = &added;
    return added;
}

client_facts* ledger::client_of_port(std::uint16_t port) {
    const auto found = by_port_.find(port);
    return found == by_port_.end() ? nullptr : found->second;
}

connection_facts* ledger::find(fd number) {
    const auto found = by_number_.find(number.number());
    return found == by_number_.end() ? nullptr : found->second;
}

connection_facts* ledger::of_client(unsigned number) {
    const auto found = std::ranges::find(connections_, number, [](const auto& each) { return each->client; });
    return found == connections_.end() ? nullptr : found->get();
}

std::size_t ledger::open_connections(unsigned worker) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        connections_, [&](const auto& each) { return !each->ended && each->worker == worker; }));
}

// ---------------------------------------------------------------- what the server's handlers see

connection_facts& ledger::opened(fd number, client_facts& who, unsigned worker) {
    notes_.expect(number.number() != 0 && number.number() < std::uint64_t{1} << 53, "numbers", "fd ",
                  number.number(), " is out of range");
    notes_.expect(!by_number_.contains(number.number()), "numbers", "fd ", number.number(),
                  " is given twice");
    notes_.expect((number.number() - 1) % plan_.options.workers == worker, "numbers", "fd ", number.number(),
                  " does not tell its worker ", worker);
    notes_.expect(!who.opened || !of_client(who.number), "the handlers' contract",
                  "on_open comes twice for c", who.number);
    notes_.expect(!who.may_not_open, "the handlers' contract", "on_open comes for c", who.number,
                  ", whose handshake is no good");
    auto& added = *connections_.emplace_back(std::make_unique<connection_facts>());
    added.number = number;
    added.client = who.number;
    added.worker = worker;
    added.opened_at = clock_.now();
    by_number_[number.number()] = &added;
    const auto most =
        (plan_.options.limits.max_connections + plan_.options.workers - 1) / plan_.options.workers;
    notes_.expect(open_connections(worker) <= most, "limits", "worker ", worker, " has more than ", most,
                  " connections open");
    return added;
}

void ledger::told_message(fd number, message_type type, std::string_view data) {
    auto* const from = find(number);
    if (!notes_.expect(from && !from->ended, "the handlers' contract",
                       "on_message without an open connection"))
        return;
    notes_.expect(!from->disconnected, "the handlers' contract", named(*from),
                  ": on_message after disconnect");
    notes_.expect(!from->paused, "the handlers' contract", named(*from), ": on_message while paused");
    notes_.expect(data.size() <= plan_.options.limits.max_message, "limits", named(*from), ": a message of ",
                  data.size(), " bytes is told");
    auto& sender = client(from->client);
    if (!notes_.expect(!sender.sent.empty() && sender.sent.front().digest == digest(type, data),
                       "messages arrive", named(*from), ": told a message of ", data.size(),
                       " bytes that is not the next one sent")) {
        return;
    }
    sender.sent.pop_front();
}

void ledger::told_closed(fd number, const close_info& how) {
    auto* const which = find(number);
    if (!notes_.expect(which != nullptr, "the handlers' contract", "on_close without on_open")) return;
    notes_.expect(!which->ended, "the handlers' contract", named(*which), ": on_close comes twice");
    which->ended = ending{how.code, how.sent_code, how.began_by_peer, how.why, clock_.now()};
    const auto& peer = client(which->client);

    // The peer's code, exactly, if its frame was taken; 1006 if not.
    if (how.why == error::none) {
        notes_.expect(peer.put_code == how.code, "close codes", named(*which), ": the server reports ",
                      how.code, ", but the client put ", peer.put_code);
    } else {
        notes_.expect(how.code == close_code::abnormal, "close codes", named(*which), ": the server reports ",
                      how.code, " after ", describe(how.why).name);
    }
    if (how.why == error::none && how.began_by_peer) {
        notes_.expect(peer.sent.empty() || which->disconnected, "messages arrive", named(*which),
                      ": the client's close frame was taken, but not all messages before it");
    }
    const auto& row = describe(how.why);
    const bool for_violation = row.family == error_family::protocol || row.family == error_family::payload ||
                               how.why == error::message_too_big;
    if (for_violation) {
        notes_.expect(peer.violation_code == row.close_code, "close codes", named(*which), ": failed with ",
                      row.name, ", but the client earned ", peer.violation_code);
    }
    if (how.why != error::none && row.close_code != close_code::abnormal && !which->disconnecting &&
        !stopping()) {
        notes_.expect(how.sent_code == row.close_code, "close codes", named(*which), ": ", row.name,
                      " sends ", how.sent_code);
    }
    if (which->threw && !which->disconnecting && !stopping() &&
        plan_.options.limits.when_backlog_full != backlog_policy::close) {
        notes_.expect(how.why == error::handler_threw, "the handlers' contract", named(*which),
                      ": a handler threw, but it ends with ", row.name);
    }
}

void ledger::told_refused(fd number, std::size_t bytes) {
    auto* const which = find(number);
    if (!notes_.expect(which != nullptr, "what is refused", "on_refused for an fd that never was")) return;
    notes_.expect(--which->posted[bytes] >= 0, "what is refused", named(*which), ": on_refused for ", bytes,
                  " bytes that nobody posted");
    ++which->refused[bytes];
}

// ---------------------------------------------------------------- what is promised

bool ledger::fits(std::size_t queued, std::size_t frame) const {
    return queued == 0 || queued + frame <= plan_.options.limits.max_backlog;
}

void ledger::promised(connection_facts& to, std::string_view stream, message_type type, std::string_view data,
                      bool must) {
    to.promised[std::string{stream}].push_back({digest(type, data), data.size(), must});
    to.largest_frame = std::max(to.largest_frame, frame_size(data.size()));
}

void ledger::may_drop(connection_facts& from, std::size_t queued, std::size_t frame) {
    if (fits(queued, frame)) return;
    from.may_drop += queued + frame - plan_.options.limits.max_backlog + from.largest_frame;
}

bool ledger::excused(connection_facts& which, std::string_view stream, const promise& missing) {
    if (!missing.must) return true;
    if (plan_.options.limits.when_backlog_full == backlog_policy::drop_oldest) {
        // Of what is compressed nobody knows how much room it took.
        if (which.pushed_to_from_elsewhere || plan_.options.compression.enabled) return true;
        if (which.may_drop >= frame_size(missing.size)) {
            which.may_drop -= frame_size(missing.size);
            return true;
        }
    }
    if (stream.starts_with('F')) {
        auto& refused = which.refused[missing.size];
        if (refused > 0) {
            --refused;
            return true;
        }
    }
    return false;
}

// ---------------------------------------------------------------- what the clients see

void ledger::sent(client_facts& from, message_type type, std::string_view data) {
    from.sent.push_back({digest(type, data), data.size()});
}

void ledger::received(client_facts& at, message_type type, std::string_view data) {
    auto* const which = of_client(at.number);
    if (!notes_.expect(which != nullptr, "messages arrive", "c", at.number,
                       " receives a message without an on_open"))
        return;
    const auto stream = stream_of(data);
    const auto promises = which->promised.find(stream);
    const auto what = digest(type, data);
    if (promises != which->promised.end()) {
        auto& waiting = promises->second;
        const auto found = std::ranges::find(waiting, what, &promise::digest);
        if (found != waiting.end()) {
            for (auto each = waiting.begin(); each != found; ++each) {
                notes_.expect(excused(*which, stream, *each), "messages arrive", named(*which),
                              ": of stream ", stream, " a message of ", each->size,
                              " bytes is missing before one of ", data.size());
            }
            waiting.erase(waiting.begin(), found + 1);
            if (stream.starts_with('F')) --which->posted[data.size()];
            return;
        }
    }
    notes_.fail("messages arrive", named(*which), ": a message of ", data.size(), " bytes of stream ", stream,
                " arrives that was not promised, or again, or out of order");
}

void ledger::received_pong(client_facts& at, std::string_view data) {
    const auto found = std::ranges::find(at.pings, data);
    if (!notes_.expect(found != at.pings.end(), "pongs", "c", at.number,
                       " receives a pong to no ping, or out of order"))
        return;
    at.pings.erase(at.pings.begin(), found + 1);
}

// ---------------------------------------------------------------- when things have come to rest

bool ledger::keeps_up(const client_facts& who) const {
    return who.reads && !who.left && who.well_behaved && !who.over->broken();
}

void ledger::check_arrived(connection_facts& which, std::string_view when) {
    for (auto& [stream, waiting] : which.promised) {
        for (const auto& each : waiting) {
            notes_.expect(excused(which, stream, each), "messages arrive", named(which), ": ", when,
                          ", a message of ", each.size, " bytes of stream ", stream, " has not arrived");
        }
        waiting.clear();
    }
}

void ledger::check_all_arrived() {
    for (auto& which : connections_) {
        const auto& peer = client(which->client);
        if (which->ended || which->disconnecting || !keeps_up(peer) || peer.began_close || peer.ended)
            continue;
        check_arrived(*which, "when all is quiet");
        if (!which->paused) {
            notes_.expect(peer.sent.empty(), "messages arrive", named(*which), ": when all is quiet, ",
                          peer.sent.size(), " of the client's messages were not told");
            notes_.expect(peer.pings.empty(), "pongs", named(*which), ": the latest ping was not answered");
        }
    }
}

void ledger::check_endings() {
    for (auto& which : connections_) {
        if (notes_.expect(which->ended.has_value(), "the handlers' contract", named(*which),
                          ": on_close never came")) {
            check_ending(*which);
        }
    }
    for (auto& who : clients_) {
        if (!who->connected) continue;
        notes_.expect(who->over->closed(side::server), "nothing leaks", "the server's socket to c",
                      who->number, " is open");
        if (who->refused_with != 0 && who->ended && keeps_up(*who) && !who->over->reset_by(side::server) &&
            !stopping() && who->put_code == who->refused_with) {
            notes_.expect(who->ended->code == who->refused_with, "close codes", "c", who->number,
                          " was refused with ", who->refused_with, " and sees ", who->ended->code);
        }
    }
}

void ledger::check_ending(connection_facts& which) {
    auto& peer = client(which.client);
    const auto& how = *which.ended;
    if (!peer.ended) return;
    const auto& seen = *peer.ended;
    // The client reports what the server put, or that nothing came.
    notes_.expect(seen.code == how.sent_code || seen.code == close_code::abnormal, "close codes",
                  named(which), ": the server put ", how.sent_code, ", the client reports ", seen.code);
    // Whoever is not done when its time is over is cut off.
    const auto closed_at = peer.over->closed_at(side::server);
    const auto& bounds = plan_.options.limits;
    const bool cut = closed_at + longest_between_turns >= how.when + bounds.closing_time ||
                     (stopping_since_ &&
                      (closed_at >= *stopping_since_ + cut_after_ || plan_.ends == plan::ending::destroyed));
    const bool in_peace = keeps_up(peer) && !cut;
    if (in_peace) {
        notes_.expect(!peer.over->reset_by(side::server), "close codes", named(which),
                      ": the server resets the link, though it has time");
        // What follows a violation may be taken for a part of it.
        notes_.expect(how.why != error::connection_lost || peer.violation_code != 0, "close codes",
                      named(which), ": lost, though its link is fine");
    }
    if (in_peace && how.sent_code != 0) {
        notes_.expect(seen.code == how.sent_code, "close codes", named(which),
                      ": the server's close frame with ", how.sent_code,
                      " did not arrive: the client reports ", seen.code);
    }
    if (in_peace && how.why == error::none && !how.began_by_peer && !peer.began_close &&
        seen.code == how.sent_code) {
        check_arrived(which, "with the close frame of an ordinary end");
    }
}

}  // namespace pushwire::sim
