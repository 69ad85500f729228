// What the application calls, from its handlers and from its threads, and what each answer promises.

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/session.hpp>

#include "sim/application.hpp"
#include "sim/payload.hpp"

namespace pushwire::sim {
namespace {

using std::chrono::milliseconds;

// Control frames that may stand in a backlog beside what was pushed, and the answer to the handshake.
constexpr std::size_t beside_messages = 700;

const char* name_of(push_result result) {
    static constexpr const char* names[] = {"accepted",        "queued",  "posted",     "refused_backlog",
                                            "refused_mailbox", "closing", "unknown_fd", "invalid_text"};
    return names[static_cast<std::size_t>(result)];
}

std::size_t frame_size(std::size_t payload) {
    return protocol::frame_header_size(payload, false) + payload;
}

}  // namespace

void application::do_something(connection_facts* near) {
    if (worker_ != nobody && chance_.percent(15)) {
        const auto waits = [&](const auto& each) { return each->paused && !each->ended && here(*each); };
        const auto found = std::ranges::find_if(ledger_.connections(), waits);
        if (found != ledger_.connections().end()) resume(**found);
    }
    const auto drawn = chance_.below(100);
    auto* const who = near && !near->ended && chance_.percent(60) ? near : some_connection();
    if (drawn < 8) return start_timer();
    if (drawn < 11) return cancel_timer();
    if (drawn < 18) return post(who);
    if (drawn < 25) return decide_kept();
    if (drawn < 40) return publish();
    if (!who) return;
    if (drawn < 65) {
        const auto count = chance_.percent(15) ? chance_.between(2, 12) : 1;
        for (int i = 0; i < count; ++i) push_something(*who);
    } else if (drawn < 77) {
        subscribe(*who);
    } else if (drawn < 82) {
        unsubscribe(*who);
    } else if (drawn < 85) {
        disconnect(*who);
    } else if (drawn < 93) {
        ask_about(*who);
    } else if (here(*who) && !who->ended) {
        who->paused ? resume(*who) : pause(*who);
    }
}

// Mostly one that is open; now and then one that was.
connection_facts* application::some_connection() {
    auto& all = ledger_.connections();
    if (all.empty()) return nullptr;
    for (int i = 0; i < 5; ++i) {
        auto* const drawn = chance_.pick_of(all).get();
        if (!drawn->ended) return drawn;
    }
    return chance_.pick_of(all).get();
}

std::size_t application::queued(fd which) {
    const auto known = call([&] { return server_.info(which); });
    return known ? known->queued_bytes : 0;
}

// ---------------------------------------------------------------- messages

void application::push_something(connection_facts& to) {
    const auto& bounds = plan_.options.limits;
    const auto type = chance_.percent(60) ? message_type::text : message_type::binary;
    auto size = chance_.between<std::size_t>(0, 200);
    if (chance_.percent(plan_.large_percent)) {
        size = chance_.between<std::size_t>(
            0, std::max(bounds.max_message, std::min(bounds.max_backlog, bounds.max_message * 2)));
    }
    if (here(to)) {
        const auto head = size == 0
                              ? std::string{}
                              : "o" + std::to_string(to.worker) + "." + std::to_string(sequence_++) + " ";
        return push(to, type, make_payload(chance_, head, size, type), "o");
    }
    const auto stream = "F" + thread();
    push(to, type, make_payload(chance_, stream + "." + std::to_string(sequence_++) + " ", size, type),
         stream);
}

void application::push(connection_facts& to, message_type type, std::string_view data,
                       std::string_view stream) {
    ++step_;
    const auto& bounds = plan_.options.limits;
    const auto frame = frame_size(data.size());
    const bool own = here(to);
    const auto before = queued(to.number);
    const bool was_open = call([&] { return server_.exists(to.number); });
    const bool valid = type == message_type::binary || !plan_.options.check_pushed_text ||
                       protocol::is_utf8(std::as_bytes(std::span{data}));
    if (!valid && !own) return;  // checked by its worker only
    if (type == message_type::text && !plan_.options.check_pushed_text &&
        !protocol::is_utf8(std::as_bytes(std::span{data}))) {
        return;  // the caller answers for it
    }
    const auto result = call([&] { return server_.push(to.number, data, type); });
    notes_.note(thread(), "pushes to fd ", to.number.number(), ": ",
                type == message_type::text ? "text" : "binary", " of ", data.size(), " bytes: ", shown(data),
                ": ", name_of(result));
    const auto expect = [&](bool holds, const char* what) {
        notes_.expect(holds, "what push says", "fd ", to.number.number(), ": ", name_of(result), ": ", what);
    };
    expect(own || result != push_result::accepted, "only its own worker can know that");
    switch (result) {
        case push_result::accepted:
        case push_result::queued: {
            if (bounds.when_backlog_full == backlog_policy::drop_oldest) ledger_.may_drop(to, before, frame);
            expect(valid, "the text is not valid");
            expect(was_open, "the connection is not open");
            expect(!to.disconnected, "it was disconnected");
            if (result == push_result::queued) to.owes_drain = true;
            if (!ledger_.fits(before, frame)) to.owes_drain = true;
            ledger_.promised(to, stream, type, data, true);
            const auto after = queued(to.number);
            notes_.expect(after <= std::max(bounds.max_backlog, frame) + beside_messages, "limits", "fd ",
                          to.number.number(), " has a backlog of ", after, " bytes");
            break;
        }
        case push_result::posted:
            expect(!own, "it is on its own worker");
            to.pushed_to_from_elsewhere = true;
            ++to.posted[data.size()];
            ledger_.promised(to, stream, type, data, true);
            break;
        case push_result::refused_backlog:
            to.owes_drain = true;
            expect(!ledger_.fits(before, frame), "it would have fitted");
            break;
        case push_result::refused_mailbox:
            expect(!own, "it needs no mailbox");
            expect(data.size() + 128 > bounds.max_mailbox / 2 || bounds.max_mailbox < 100'000,
                   "the mailbox cannot be full");
            break;
        case push_result::closing:
            // Its own worker knows whether anything has begun to close it.
            if (own && was_open && bounds.when_backlog_full == backlog_policy::close &&
                !ledger_.fits(before, frame)) {
                to.disconnecting = true;
            }
            break;
        case push_result::unknown_fd:
            expect(to.ended.has_value(), "it is there");
            break;
        case push_result::invalid_text:
            expect(!valid, "the text is valid");
            break;
    }
}

std::string application::some_topic() {
    return chance_.pick<const char*>({"a", "b", "c", "d", "long"});
}

bool application::is_settled(const connection_facts& who, std::string_view topic) const {
    return std::ranges::none_of(inboxes_[who.worker].memberships, [&](const posted_membership& each) {
        return each.who == who.number && each.topic == topic;
    });
}

// To those who listen: on this worker at once, on the others when they come to it.
void application::publish() {
    ++step_;
    const auto type = chance_.percent(60) ? message_type::text : message_type::binary;
    const auto topic = some_topic();
    const auto stream = "P" + thread() + ":" + topic;
    auto size = chance_.between<std::size_t>(0, 100);
    if (chance_.percent(plan_.large_percent))
        size = chance_.between<std::size_t>(0, plan_.options.limits.max_message);
    const auto data = make_payload(chance_, stream + "." + std::to_string(sequence_++) + " ", size, type);
    const auto frame = frame_size(data.size());

    std::size_t receivers = 0;
    for (auto& each : ledger_.connections()) {
        if (!here(*each) || each->ended) continue;
        const auto listens = each->topics.find(topic);
        if (listens == each->topics.end()) continue;
        const bool certain = listens->second.certain && is_settled(*each, topic);
        if (certain && !listens->second.in) continue;
        ++receivers;
        const auto before = queued(each->number);
        const bool refuses = plan_.options.limits.when_backlog_full != backlog_policy::drop_oldest;
        const bool fits = ledger_.fits(before, frame);
        if (!refuses) ledger_.may_drop(*each, before, frame);
        if (!fits && plan_.options.limits.when_backlog_full == backlog_policy::close)
            each->disconnecting = true;
        each->owes_drain = true;
        const bool takes_it = fits && !each->disconnecting && !ledger_.stopping();
        ledger_.promised(*each, stream, type, data, certain && takes_it);
    }
    const auto result = call([&] { return server_.publish(topic, data, type); });
    notes_.note(thread(), "publishes to ", topic, ": ", data.size(), " bytes: ", shown(data), ": ",
                name_of(result), ", ", receivers, " receivers here");
    if (result == push_result::refused_mailbox) {
        notes_.expect(data.size() + 1'000 > plan_.options.limits.max_mailbox / 2 ||
                          plan_.options.limits.max_mailbox < 100'000,
                      "what push says", "publish: the mailbox cannot be full");
    }
    for (std::size_t i = 0; i < inboxes_.size(); ++i) {
        if (static_cast<int>(i) == worker_) continue;
        // Which of the mailboxes was full is not told; those who listen may then miss it.
        const auto step = result == push_result::refused_mailbox ? 0 : step_;
        inboxes_[i].publications.push_back({stream, topic, data, type, step});
    }
}

// A worker has run what was posted to it before this turn.
void application::take_inbox(unsigned worker) {
    auto& mine = inboxes_[worker];
    const bool refused_some = server_.stats().pushes_refused != mine.refused_before;
    for (std::size_t i = 0; i < mine.memberships_before; ++i) {
        const auto& each = mine.memberships[i];
        auto& known = ledger_.find(each.who)->topics[each.topic];
        known = {each.in, known.certain && known.since < each.step, step_};
    }
    for (std::size_t i = 0; i < mine.publications_before; ++i) {
        const auto& each = mine.publications[i];
        for (auto& who : ledger_.connections()) {
            if (who->worker != worker || (who->ended && who->ended->when != clock_.now())) continue;
            const auto listens = who->topics.find(each.topic);
            if (listens == who->topics.end()) continue;
            const auto& known = listens->second;
            const bool settled = known.certain && known.since < each.step;
            if (settled && !known.in) continue;
            who->pushed_to_from_elsewhere = true;
            ledger_.promised(
                *who, each.stream, each.type, each.data,
                settled && !refused_some && !who->disconnecting && !ledger_.stopping() && each.step != 0);
        }
    }
    mine.publications.erase(
        mine.publications.begin(),
        mine.publications.begin() + static_cast<std::ptrdiff_t>(mine.publications_before));
    mine.memberships.erase(mine.memberships.begin(),
                           mine.memberships.begin() + static_cast<std::ptrdiff_t>(mine.memberships_before));
}

void application::subscribe(connection_facts& who) {
    ++step_;
    const auto topic = some_topic();
    const auto result = call([&] { return server_.subscribe(who.number, topic); });
    notes_.note(thread(), "subscribes fd ", who.number.number(), " to ", topic);
    const auto expect = [&](bool holds, const char* what) {
        notes_.expect(holds, "what subscribe says", "fd ", who.number.number(), ", ", topic, ": ", what);
    };
    const auto& bounds = plan_.options.limits;
    const auto certain = std::ranges::all_of(
        who.topics, [&](const auto& each) { return each.second.certain && is_settled(who, each.first); });
    const auto count = static_cast<std::size_t>(
        std::ranges::count_if(who.topics, [](const auto& each) { return each.second.in; }));
    const auto known = who.topics.find(topic);
    const bool in = known != who.topics.end() && known->second.in;
    switch (result) {
        case subscribe_result::subscribed:
            expect(here(who), "subscribed, from elsewhere");
            if (certain) expect(!in && count < bounds.max_topics, "subscribed, beyond the limit or again");
            expect(topic.size() <= bounds.max_topic_name, "the name is too long");
            who.topics[topic] = {true, is_settled(who, topic), step_};
            break;
        case subscribe_result::already_subscribed:
            if (certain) expect(in, "already_subscribed, but it was not");
            break;
        case subscribe_result::posted:
            expect(!here(who), "posted, on its own worker");
            if (topic.size() > bounds.max_topic_name) break;
            if (who.topics[topic].since == 0) who.topics[topic].since = step_;
            // Whether there will be room is known only where nothing else can take it.
            if (bounds.max_topics < 5) who.topics[topic].certain = false;
            inboxes_[who.worker].memberships.push_back({who.number, topic, true, step_});
            break;
        case subscribe_result::refused:
            if (certain)
                expect(topic.size() > bounds.max_topic_name || (!in && count >= bounds.max_topics),
                       "refused, with room");
            break;
        case subscribe_result::closing:
            break;
        case subscribe_result::unknown_fd:
            expect(who.ended.has_value(), "it is there");
            break;
    }
}

void application::unsubscribe(connection_facts& who) {
    ++step_;
    const auto topic = some_topic();
    notes_.note(thread(), "unsubscribes fd ", who.number.number(), " from ", topic);
    call([&] { server_.unsubscribe(who.number, topic); });
    if (here(who)) {
        if (who.topics.contains(topic)) who.topics[topic] = {false, is_settled(who, topic), step_};
    } else {
        if (who.topics[topic].since == 0) who.topics[topic].since = step_;
        inboxes_[who.worker].memberships.push_back({who.number, topic, false, step_});
    }
}

// ---------------------------------------------------------------- connections

void application::disconnect(connection_facts& who) {
    const auto code = chance_.pick<std::uint16_t>({1000, 1008, 3001, 4999, 1005});
    notes_.note(thread(), "disconnects fd ", who.number.number(), " with ", code);
    call([&] { server_.disconnect(who.number, code, "enough"); });
    who.disconnecting = true;
    if (!here(who)) return;
    who.disconnected = true;
    who.paused = false;
}

void application::pause(connection_facts& who) {
    notes_.note(thread(), "pauses fd ", who.number.number());
    call([&] { server_.pause(who.number); });
    who.paused = true;
    const auto delay = milliseconds{chance_.between(0, 300)};
    call([&] {
        server_.after(delay, [this, which = &who](server&) {
            if (!which->ended && which->paused) resume(*which);
        });
    });
}

void application::resume(connection_facts& who) {
    notes_.note(thread(), "resumes fd ", who.number.number());
    who.paused = false;
    who.resumed_at = clock_.now();
    call([&] { server_.resume(who.number); });
}

void application::ask_about(connection_facts& who) {
    const bool exists = call([&] { return server_.exists(who.number); });
    const auto known = call([&] { return server_.info(who.number); });
    const auto expect = [&](bool holds, const char* what) {
        notes_.expect(holds, "what is told about a connection", "fd ", who.number.number(), ": ", what);
    };
    expect(exists == !who.ended, "exists is wrong");
    if (!who.ended) expect(known.has_value(), "info knows nothing");
    if (!known) return;
    expect(known->fd == who.number && known->worker == who.worker, "info is about another");
    expect(known->remote_address == "192.0.2.1" && known->remote_port == ledger_.client(who.client).port,
           "a wrong address");
    expect(known->connected_at == who.connected_at, "a wrong time of connection");
    expect(known->last_received >= known->connected_at && known->last_received <= clock_.wall_time(),
           "a wrong time of receipt");
    const auto all = call([&] { return server_.connections(); });
    const auto open =
        std::ranges::count_if(ledger_.connections(), [](const auto& each) { return !each->ended; });
    expect(static_cast<std::size_t>(open) == all.size(), "connections() is not those that are open");
}

void application::decide_kept() {
    if (kept_.empty()) return;
    const auto index = chance_.below(kept_.size());
    auto [asked, who] = std::move(kept_[index]);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(index));
    const auto drawn = chance_.below(10);
    notes_.note(thread(), drawn < 7 ? "accepts" : "refuses", " the kept handshake of c", who->number);
    if (drawn < 7) return call([&] { asked->accept({.headers = {{"X-Kept", "yes"}}}); });
    if (drawn == 9) who->refused_with = 4001;
    who->may_not_open = true;
    call([&] {
        if (drawn == 7) asked->refuse(403);
        if (drawn == 9) asked->accept_and_close(4001, "no");
        asked.reset();
    });
}

// ---------------------------------------------------------------- time and threads

void application::start_timer() {
    const auto number = timers_made_++;
    auto& made = timers_[number];
    const auto delay = milliseconds{chance_.between(0, 200)};
    const bool repeats = chance_.percent(20);
    made.by = worker_ == nobody ? "w0" : thread();
    made.started_by = thread();
    made.due = clock_.now() + delay;
    if (repeats) made.interval = std::max(delay, milliseconds{1});
    const auto run = [this, number](server&) { run_timer(number); };
    notes_.note(thread(), repeats ? "starts a timer every " : "starts a timer after ", delay);
    timer_ids_[number] =
        call([&] { return repeats ? server_.every(delay, run) : server_.after(delay, run); });
}

void application::run_timer(std::uint64_t number) {
    begin_handler("a timer", nullptr);
    if (destroying_) return;
    auto& which = timers_[number];
    const auto expect = [&](bool holds, const char* what) {
        notes_.expect(holds, "timers", "a timer of ", which.by, what);
    };
    expect(thread() == which.by, " runs elsewhere");
    expect(!which.cancelled, " runs after it was cancelled");
    expect(clock_.now() >= which.due, " runs too early");
    expect(which.interval.count() != 0 || !which.ran, " runs again");
    which.ran = true;
    which.due += which.interval;
    if (calm_) return;
    do_something(nullptr);
    maybe_throw("timer", nullptr);
}

void application::cancel_timer() {
    if (timers_.empty()) return;
    const auto number = chance_.below(timers_made_);
    auto& which = timers_[number];
    notes_.note(thread(), "cancels a timer of ", which.by);
    call([&] { server_.cancel(timer_ids_[number]); });
    which.may_be_cancelled = true;
    // One that was started from elsewhere may still be on its way to the first worker.
    if (worker_ != nobody && thread() == which.started_by) which.cancelled = true;
}

void application::post(connection_facts* near) {
    const auto to = near ? near->worker : 0;
    const auto number = posts_made_++;
    const auto between = thread() + " to w" + std::to_string(to);
    posts_[between].push_back(number);
    const bool throws = chance_.percent(plan_.throws_percent);
    notes_.note(thread(), "posts a call to w", to);
    const auto run = [=, this](server&) {
        begin_handler("a posted call", nullptr);
        notes_.expect(destroying_ || worker_ == static_cast<int>(to), "posted calls run", between,
                      ": it runs on worker ", worker_);
        auto& waiting = posts_[between];
        notes_.expect(!waiting.empty() && waiting.front() == number, "posted calls run", between,
                      ": out of order, or twice");
        if (!waiting.empty()) waiting.pop_front();
        if (!calm_) do_something(near);
        if (!throws) return;
        ++thrown_["post"];
        if (near && !near->ended) near->threw = true;
        throw std::runtime_error("simulated, posted");
    };
    call([&] { near ? server_.post(near->number, run) : server_.post(run); });
}

void application::start_threads() {
    for (unsigned i = 0; i < plan_.threads; ++i) thread_acts(i, plan_.actions * 2);
}

void application::thread_acts(unsigned number, unsigned left) {
    if (left == 0) return;
    clock_.after(chance_.between(duration{}, plan_.acting / plan_.actions), [=, this] {
        if (calm_ || ledger_.stopping()) return;
        thread_ = "t" + std::to_string(number);
        do_something(nullptr);
        thread_ = "main";
        thread_acts(number, left - 1);
    });
}

}  // namespace pushwire::sim
