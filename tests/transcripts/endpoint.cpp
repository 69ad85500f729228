#include "transcripts/endpoint.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <pushwire/protocol/publication.hpp>

#include "transcripts/matching.hpp"
#include "transcripts/notation.hpp"

namespace pushwire::transcripts {
namespace {

protocol::session_settings settings_for(const setup& setup, protocol::codec_pool& codecs,
                                        protocol::masking_key_source masking_keys) {
    return {
        .role = setup.role,
        .limits = setup.limits,
        .subprotocols =
            setup.role == protocol::role::server ? setup.subprotocols : std::vector<std::string>{},
        .masking_keys = masking_keys,
        .compression = setup.compression,
        .codecs = &codecs,
    };
}

}  // namespace

std::size_t most_unfinished(const protocol::session_settings& settings) {
    constexpr std::size_t inflater = std::size_t{40} << 10;
    constexpr std::size_t bookkeeping = std::size_t{4} << 10;
    const auto& limits = settings.limits;
    const auto message = settings.compression.enabled
                             ? std::max(limits.max_message, limits.max_inflated) + 1 + inflater
                             : limits.max_message;
    const auto head = 2 * (limits.max_header + limits.max_header_fields * sizeof(header_field));
    return bookkeeping + head + std::max(message, limits.max_body);
}

endpoint::endpoint(const setup& setup, const way& way)
    : way_{way},
      engine_{way.seed},
      masks_{.keys = setup.masks},
      settings_{settings_for(setup, codecs_,
                             {.draw =
                                  [](void* state) {
                                      auto& from = *static_cast<masks*>(state);
                                      return from.keys[from.next++ % from.keys.size()];
                                  },
                              .state = &masks_})},
      session_{settings_, blocks_, now_} {
    if (setup.in_parts) session_.receive_in_parts();
    if (setup.role == protocol::role::client) session_.open(setup.request);
    pump();
}

void endpoint::must(bool holds, const char* what) {
    if (!holds && !broken_) broken_ = what;
}

std::size_t endpoint::random(std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>{low, high}(engine_);
}

// --- bytes and time in

void endpoint::feed(std::span<const std::byte> data) {
    while (!data.empty() && !broken_) {
        if (way_.expires_early && sometimes() && !told_closed_ && session_.deadline() > now_) {
            session_.expire(now_);
            pump();
        }
        std::size_t size = data.size();
        if (way_.cutting == cutting::singly) size = 1;
        if (way_.cutting == cutting::random)
            size = random(1, std::min<std::size_t>(size, sometimes() ? 4096 : 12));

        const auto room = way_.uses_destination ? session_.destination() : std::span<std::byte>{};
        if (room.empty()) {
            receive(data.first(size));
        } else {
            size = std::min(size, room.size());
            std::memcpy(room.data(), data.data(), size);
            session_.commit(size, now_);
        }
        data = data.subspan(size);
        pump();
    }
}

void endpoint::receive(std::span<const std::byte> data) {
    auto fresh = std::make_unique<std::byte[]>(data.size());
    std::ranges::copy(data, fresh.get());
    buffer_ = std::move(fresh);
    session_.receive({buffer_.get(), data.size()}, now_);
}

void endpoint::end_input() {
    session_.receive_eof(now_);
    pump();
}

void endpoint::pass(std::chrono::milliseconds time) {
    const auto until = now_ + time;
    for (int expiries = 0; !told_closed_ && session_.deadline() <= until; ++expiries) {
        must(expiries < 1000, "expire() does not move the deadline");
        if (broken_) return;
        now_ = std::max(now_, session_.deadline());
        session_.expire(now_);
        pump();
    }
    now_ = until;
}

// --- events and output

void endpoint::pump() {
    write_all();
    while (!broken_) {
        const auto event = session_.next();
        if (event.type == protocol::event_type::none) break;
        collect(event);
        if (event.type == protocol::event_type::request && !answers_by_hand_) answer();
        write_all();
        if (way_.pauses && sometimes()) pass_unread_in_again();
    }
    write_all();
    must(session_.unfinished_bytes() <= most_unfinished(settings_),
         "the session holds more unfinished than its limits allow");
    buffer_.reset();  // what the session still needs, it has copied
    must(session_.done() == told_closed_, "done() and the event `closed` do not agree");
}

void endpoint::pass_unread_in_again() {
    const auto unread = session_.take_unread();
    if (unread.empty()) return;
    const bytes kept{unread.begin(), unread.end()};
    receive(kept);
}

void endpoint::answer() {
    came_.events.push_back("(answered)");
    events.pop_back();
    request_waits_ = false;
    if (session_.request_is_handshake())
        session_.accept({}, now_);
    else
        session_.refuse(error::upgrade_required, now_);
}

void endpoint::collect(const protocol::event& event) {
    using enum protocol::event_type;
    must(!told_closed_, "an event came after `closed`");
    event_facts facts{.type = event.type};
    switch (event.type) {
        case text:
        case binary:
        case ping:
        case pong:
            facts.data.emplace(event.data.begin(), event.data.end());
            break;
        case text_part:
        case binary_part:
            facts.data.emplace(event.data.begin(), event.data.end());
            facts.first = event.first;
            facts.last = event.last;
            must(!event.data.empty() || event.last, "a part has no data");
            return collect_part(std::move(facts));
        case request: {
            request_waits_ = true;
            const auto& from = session_.request();
            facts.method = std::string{from.method};
            facts.target = std::string{from.path} + (from.query.empty() ? "" : "?" + std::string{from.query});
            facts.handshake = session_.request_is_handshake();
            for (const auto& [name, value] : from.headers) facts.fields.emplace_back(name, value);
            facts.body = std::string{from.body};
            break;
        }
        case opened:
            facts.subprotocol = std::string{session_.subprotocol()};
            break;
        case closed: {
            const auto outcome = session_.outcome();
            facts.code = outcome.code;
            facts.sent_code = outcome.sent_code;
            facts.why = outcome.why;
            facts.began_by_peer = outcome.began_by_peer;
            facts.reason = std::string{outcome.reason};
            told_closed_ = true;
            break;
        }
        case none:
            break;
    }
    record_part();
    came_.events.push_back(to_text(facts));
    events.push_back(std::move(facts));
}

/// How a message is cut into parts depends on the reads: those that follow each other are joined.
void endpoint::collect_part(event_facts part) {
    must(part.first != amid_message_, "the parts of a message do not follow each other");
    amid_message_ = !part.last;
    const auto join = [&](event_facts& to) {
        to.data->insert(to.data->end(), part.data->begin(), part.data->end());
        to.last = part.last;
    };
    if (part_ && !part.first) {
        join(*part_);
    } else {
        record_part();
        part_ = part;
    }
    if (!part.first && !events.empty() && is_part(events.back())) {
        join(events.back());
    } else {
        events.push_back(std::move(part));
    }
}

void endpoint::record_part() {
    if (part_) came_.events.push_back(to_text(*part_));
    part_.reset();
}

const record& endpoint::came() {
    record_part();
    return came_;
}

std::size_t endpoint::write_some(std::size_t most) {
    std::array<std::span<const std::byte>, 8> segments;
    const auto count = session_.outgoing().gather(segments);
    must(count > 0, "the output is not empty, but gather() gives no segments");
    std::size_t left = way_.writes_partly ? random(1, most) : most;
    std::size_t written = 0;
    for (const auto segment : std::span{segments}.first(count)) {
        const auto part = segment.first(std::min(left, segment.size()));
        note_written(part);
        written += part.size();
        left -= part.size();
    }
    must(written > 0, "the output is not empty, but its segments are");
    session_.consume(written, now_);
    return written;
}

void endpoint::note_written(std::span<const std::byte> written) {
    output.insert(output.end(), written.begin(), written.end());
    came_.output.insert(came_.output.end(), written.begin(), written.end());
}

void endpoint::write_all() {
    while (!held_ && !broken_ && !session_.outgoing().empty()) write_some(session_.outgoing().bytes());
}

// --- actions

void endpoint::act(const step_kind& action) {
    std::visit(
        [this](const auto& what) {
            if constexpr (requires { this->perform(what); }) this->perform(what);
        },
        action);
}

void endpoint::check_result(std::optional<protocol::send_result> expected, protocol::send_result said) {
    constexpr const char* names[] = {"sending said `accepted`", "sending said `invalid_text`",
                                     "sending said `not_open`", "sending said `busy`",
                                     "sending said `not_begun`"};
    must(!expected || expected == said, names[static_cast<std::size_t>(said)]);
    pump();
}

void endpoint::perform(const send_message& action) {
    if (!action.shared) {
        const bool has_left = way_.writes_partly && send_in_place(action);
        return check_result(action.result, has_left ? protocol::send_result::accepted
                                                    : session_.send(action.type, action.data));
    }
    protocol::publication published{shared_, settings_, action.type, action.data};
    const auto result = session_.send_shared(published.frame_for(session_));
    if (sometimes()) shared_.end_run();
    check_result(action.result, result);
}

/// Where that can be done. The stream takes all of it, some, or nothing.
bool endpoint::send_in_place(const send_message& action) {
    if (held_ || broken_ || (action.type == message_type::text && !protocol::is_utf8(action.data)))
        return false;
    const auto placed = session_.in_place(action.type, action.data);
    if (placed.header_size == 0) return false;
    const auto taken = random(0, placed.header_size + placed.payload.size());
    const auto of_header = std::min(taken, placed.header_size);
    note_written(std::span{placed.header}.first(of_header));
    note_written(placed.payload.first(taken - of_header));
    session_.keep_rest(placed, taken);
    return true;
}

void endpoint::perform(const send_ping& action) {
    check_result(action.result, session_.send_ping(action.data));
}

void endpoint::perform(const begin_message& action) {
    check_result(action.result, session_.begin_message(action.type, now_));
}

void endpoint::perform(const send_part& action) {
    check_result(action.result, session_.send_part(action.data, now_));
}

void endpoint::perform(const end_message& action) {
    check_result(action.result, session_.end_message());
}

void endpoint::perform(const begin_close& action) {
    session_.close(action.code, action.reason, now_);
    pump();
}

void endpoint::perform(const fail_with& action) {
    session_.fail(action.why, now_);
    pump();
}

void endpoint::perform(const accept_request& action) {
    request_waits_ = false;
    session_.accept(action.with, now_);
    pump();
}

void endpoint::perform(const refuse_request& action) {
    request_waits_ = false;
    if (action.why != error::none)
        session_.refuse(action.why, now_);
    else
        session_.refuse(action.status, action.body, action.headers, now_);
    pump();
}

void endpoint::perform(const respond_to_request& action) {
    request_waits_ = false;
    session_.respond(action.answer, now_);
    pump();
}

void endpoint::perform(const release_request&) {
    session_.release_request();
}

void endpoint::perform(const hold&) {
    held_ = true;
}

void endpoint::perform(const flow&) {
    held_ = false;
    pump();
}

void endpoint::perform(const take& action) {
    must(action.size <= session_.outgoing().bytes(), "there are fewer bytes to take");
    if (action.size == 0) session_.consume(0, now_);
    for (auto left = action.size; left > 0 && !broken_;) left -= write_some(left);
}

void endpoint::perform(const drop& action) {
    session_.drop_oldest(action.size, now_);
}

}  // namespace pushwire::transcripts
