// The handlers: what must be true when each is called, and what it does then. The calls are in application_calls.cpp.

#include "sim/application.hpp"

#include <stdexcept>
#include <utility>

#include "sim/payload.hpp"

namespace pushwire::sim {
using std::chrono::milliseconds;

namespace {

constexpr const char* contract = "the handlers' contract";
long user_objects = 0;  // alive; one history at a time

}  // namespace

struct application::user_object {
    user_object() { ++user_objects; }
    ~user_object() { --user_objects; }
    user_object(const user_object&) = delete;
    user_object& operator=(const user_object&) = delete;
    fd owner;
};

application::application(server& serves, record& notes, ledger& books, const plan& settled, schedule& clock,
                         random chance)
    : server_{serves},
      notes_{notes},
      ledger_{books},
      plan_{settled},
      clock_{clock},
      chance_{chance},
      inboxes_{settled.options.workers} {
    user_objects = 0;
    set_handlers();
}

application::~application() = default;

void application::set_handlers() {
    server_.on_open([this](server&, const request& asked) { on_open(asked); });
    server_.on_message([this](server&, const message& told) { on_message(told); });
    server_.on_close([this](server&, fd who, const close_info& how) { on_close(who, how); });
    server_.on_drain([this](server&, fd who) { on_drain(who); });
    server_.on_refused([this](server&, fd who, std::size_t bytes) { on_refused(who, bytes); });
    server_.on_error([this](server&, const error_report& what) { on_error(what); });
    server_.on_request([this](server&, const request& asked, response& answer) {
        begin_handler("on_request", nullptr);
        answer.body = "the page at " + std::string{asked.path};
        maybe_throw("on_request", nullptr);
    });
    if (plan_.asks_about_handshakes) {
        server_.on_handshake([this](server&, handshake& asked) { on_handshake(asked); });
    }
    if (plan_.has_user_data) server_.user_data<user_object>();
}

void application::enter(unsigned worker) {
    worker_ = static_cast<int>(worker);
    thread_ = "w" + std::to_string(worker);
    auto& mine = inboxes_[worker];
    mine.publications_before = mine.publications.size();
    mine.memberships_before = mine.memberships.size();
    mine.refused_before = server_.stats().pushes_refused;
    ++step_;
}

void application::leave(unsigned worker) {
    ++step_;
    take_inbox(worker);
    worker_ = nobody;
    thread_ = "main";
}

void application::begin_handler(std::string_view which, connection_facts* about) {
    ++step_;
    notes_.expect(calls_ == 0, contract, which, " runs within a public call");
    if (destroying_ && about) worker_ = static_cast<int>(about->worker);
    if (destroying_ && !about) return;
    notes_.expect(worker_ != nobody, contract, which, " runs outside of a worker's turn");
    if (!about) return;
    notes_.expect(here(*about), contract, which, " of fd ", about->number.number(), " runs on worker ",
                  worker_);
    auto* const user = server_.user<user_object>(about->number);
    if (plan_.has_user_data) {
        notes_.expect(user != nullptr && user == about->user && user->owner == about->number, contract, which,
                      " of fd ", about->number.number(), ": the user data are not what they were");
    } else {
        notes_.expect(user == nullptr, contract, "there are user data that nobody asked for");
    }
}

void application::maybe_throw(std::string_view where, connection_facts* about) {
    if (!chance_.percent(plan_.throws_percent)) return;
    notes_.note(thread_, "throws from ", where);
    ++thrown_[std::string{where}];
    if (about && !about->ended) about->threw = true;
    if (chance_.percent(80)) throw std::runtime_error("simulated");
    throw 42;
}

void application::on_error(const error_report& what) {
    notes_.expect(calls_ == 0, contract, "on_error runs within a public call");
    notes_.note(thread_, "on_error: ", what.where, ": ", what.what);
    if (!what.exception) {
        notes_.expect(what.where == "accept", contract, "on_error tells of ", what.where,
                      ", where nothing was thrown");
        return;
    }
    notes_.expect(--thrown_[std::string{what.where}] >= 0, contract, "on_error tells of an exception from ",
                  what.where, " that nobody threw");
}

// ---------------------------------------------------------------- a connection's life

void application::on_handshake(handshake& asked) {
    begin_handler("on_handshake", nullptr);
    auto* const who = ledger_.client_of_port(asked.request().remote_port);
    if (!notes_.expect(who != nullptr, contract, "on_handshake for an unknown port")) return;
    notes_.expect(!who->may_not_open, contract, "on_handshake for c", who->number,
                  ", whose handshake is no good");
    who->promised = asked.request().fd;
    notes_.expect(who->promised && !server_.exists(who->promised), "numbers", "on_handshake is told fd ",
                  who->promised.number());
    maybe_throw("on_handshake", nullptr);
    if (chance_.percent(plan_.keeps_handshakes_percent)) {
        notes_.note(thread_, "keeps the handshake of c", who->number);
        kept_.push_back({std::make_unique<handshake>(std::move(asked)), who});
        return;
    }
    const auto drawn = chance_.below(10);
    if (drawn < 7) return;  // it is accepted
    notes_.note(thread_, "answers the handshake of c", who->number);
    if (drawn == 7) {
        call([&] { asked.accept({.subprotocol = "chat"}); });
    } else if (drawn == 8) {
        who->may_not_open = true;
        call([&] { asked.refuse(chance_.pick<std::uint16_t>({401, 403, 503}), "no"); });
    } else {
        who->may_not_open = true;
        who->refused_with = 4000;
        call([&] { asked.accept_and_close(4000, "no"); });
    }
}

void application::on_open(const request& asked) {
    auto* const who = ledger_.client_of_port(asked.remote_port);
    if (!notes_.expect(who != nullptr, contract, "on_open for an unknown port")) return;
    notes_.note(thread_, "fd ", asked.fd.number(), " opens: c", who->number);
    notes_.expect(!who->promised || who->promised == asked.fd, "numbers", "fd ", who->promised.number(),
                  " was promised");
    auto& opened = ledger_.opened(asked.fd, *who, static_cast<unsigned>(worker_));
    opened.connected_at = asked.connected_at;
    if (plan_.has_user_data) {
        auto& user = asked.user<user_object>();
        notes_.expect(!user.owner, contract, "the user data of fd ", asked.fd.number(), " are not new");
        user.owner = asked.fd;
        opened.user = &user;
    }
    begin_handler("on_open", &opened);
    notes_.expect(server_.exists(asked.fd), contract, "exists is false in on_open");
    notes_.expect(asked.path == "/chat" && asked.remote_address == "192.0.2.1", contract,
                  "the request is not the client's");
    if (chance_.percent(50)) do_something(&opened);
    maybe_throw("on_open", &opened);
}

void application::on_message(const message& told) {
    auto* const from = ledger_.find(told.fd);
    notes_.note(thread_, "fd ", told.fd.number(),
                " message: ", told.type == message_type::text ? "text" : "binary", " of ", told.data.size(),
                " bytes: ", shown(told.data));
    ledger_.told_message(told.fd, told.type, told.data);
    if (!from || notes_.failed()) return;
    begin_handler("on_message", from);
    notes_.expect(server_.exists(told.fd), contract, "exists is false in on_message");
    notes_.expect(told.received == clock_.now(), contract, "a message was received at another time");
    if (chance_.percent(60)) {
        // A piece of a text need not be text.
        const auto size = chance_.percent(80) ? told.data.size() : chance_.below(told.data.size() + 1);
        push(*from, told.type, told.data.substr(0, size), "o");
    }
    if (!calm_ && chance_.percent(50)) do_something(from);
    maybe_throw("on_message", from);
}

void application::on_close(fd who, const close_info& how) {
    notes_.note(thread_, "fd ", who.number(), " closes: ", how.code, how.reason.empty() ? "" : " ",
                how.reason, ", sent ", how.sent_code, how.began_by_peer ? ", by the peer, " : ", ",
                describe(how.why).name);
    auto* const which = ledger_.find(who);
    if (which) begin_handler("on_close", which);
    ledger_.told_closed(who, how);
    if (!which || notes_.failed()) return;
    const auto known = server_.info(who);
    notes_.expect(!server_.exists(who), contract, "exists is true in on_close");
    notes_.expect(known && known->connected_at == which->connected_at, contract,
                  "info does not answer in on_close");
    notes_.expect(call([&] { return server_.push(who, "too late"); }) == push_result::closing, contract,
                  "push in on_close says something else than closing");
    if (!calm_ && chance_.percent(30)) do_something(nullptr);
    maybe_throw("on_close", which);
}

void application::on_drain(fd who) {
    auto* const which = ledger_.find(who);
    if (!notes_.expect(which && !which->ended, contract, "on_drain without an open connection")) return;
    begin_handler("on_drain", which);
    notes_.note(thread_, "fd ", who.number(), " has drained");
    notes_.expect(queued(who) == 0, contract, "on_drain, and something is queued");
    notes_.expect(which->owes_drain || which->pushed_to_from_elsewhere, contract,
                  "on_drain, and nothing had waited");
    which->owes_drain = false;
    if (!calm_ && chance_.percent(50)) do_something(which);
    maybe_throw("on_drain", which);
}

void application::on_refused(fd who, std::size_t bytes) {
    auto* const which = ledger_.find(who);
    begin_handler("on_refused", nullptr);
    notes_.note(thread_, "fd ", who.number(), " was refused ", bytes, " bytes after all");
    ledger_.told_refused(who, bytes);
    maybe_throw("on_refused", which && here(*which) ? which : nullptr);
}

// ---------------------------------------------------------------- at the end

void application::calm_down() {
    calm_ = true;
    while (!kept_.empty()) decide_kept();
    for (const auto& each : ledger_.connections()) {
        if (!each->ended && each->paused) {
            call([&] {
                server_.post(each->number, [this, which = each.get()](server&) {
                    if (!which->ended && which->paused) resume(*which);
                });
            });
        }
    }
    for (const auto& [number, facts] : timers_) {
        if (facts.interval.count() != 0) {
            timers_[number].may_be_cancelled = true;
            const auto id = timer_ids_[number];
            call([&] { server_.cancel(id); });
        }
    }
}

milliseconds application::stop() {
    const auto over = milliseconds{chance_.between(0, 500)};
    const auto& grace = plan_.options.limits.grace;
    switch (chance_.below(4)) {
        case 0:
            notes_.note(thread_, "stops the server within ", over);
            ledger_.server_stops(over);
            call([&] { server_.stop(over); });
            return over;
        case 1:
            notes_.note(thread_, "drains the server over ", over);
            ledger_.server_stops(over + grace);
            call([&] { server_.drain(over, 4001, "drained"); });
            return over + grace;
        default:
            notes_.note(thread_, "stops the server");
            ledger_.server_stops(grace);
            call([&] { server_.stop(); });
            return grace;
    }
}

void application::server_is_destroyed() {
    notes_.note(thread_, "destroys the server");
    ledger_.server_stops(milliseconds{0});
    destroying_ = calm_ = true;
}

void application::check_at_rest() {
    for (const auto& [between, numbers] : posts_) {
        notes_.expect(numbers.empty(), "posted calls run", between, ": ", numbers.size(),
                      " calls have not run");
    }
    for (const auto& [number, facts] : timers_) {
        const bool over = facts.cancelled || facts.may_be_cancelled || facts.interval.count() != 0;
        notes_.expect(over || facts.ran || facts.due > clock_.now() - std::chrono::milliseconds{50}, "timers",
                      "a timer was due and has not run");
    }
}

void application::check_at_end() {
    for (const auto& [where, count] : thrown_) {
        notes_.expect(count == 0, contract, count, " exceptions from ", where, " were not reported");
    }
    notes_.expect(user_objects == 0, "nothing leaks", user_objects, " user data are left");
}

}  // namespace pushwire::sim
