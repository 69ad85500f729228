// How a client comes to a link: a name, its addresses, the one that answers first (RFC 8305), and when it tries again.

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/client_state.hpp"

namespace pushwire::engine {
namespace {

// RFC 8305 5: after so long without an answer the next address is tried, too.
constexpr std::chrono::milliseconds attempt_delay{250};

}  // namespace

void client_state::begin_attempt() {
    ++attempt_;
    first_failure_ = error::none;
    opening_request asked_for{where.target, options.subprotocols, options.headers, attempt_};
    if (handlers.on_request) call_handler("on_request", [&] { handlers.on_request(self, asked_for); });
    if (closed_) return;  // by the handler
    request_ = {.host = where.authority(),
                .target = std::move(asked_for.target),
                .subprotocols = std::move(asked_for.subprotocols),
                .headers = std::move(asked_for.headers)};
    loop->arm(connect_timer_, now() + options.connect_time);
    if (!where.unix_path.empty()) return try_places({net::unix_place(where.unix_path)});
    look_up();
}

void client_state::look_up() {
    phase_ = phase::looking;
    const auto number = ++looked_up_;
    const auto told = [this, number](net::lookup::outcome found) {
        (void)post(0, [this, number, found = std::move(found)]() mutable {
            if (phase_ != phase::looking || number != looked_up_) return;
            lookup_.reset();
            if (!found.places.empty()) return try_places(std::move(found.places));
            attempt_failed(error::host_unknown, "cannot find " + where.host + ": " + found.why);
        });
    };
    lookup_ = std::make_unique<net::lookup>(where.host, where.port, told, find_places);
}

void client_state::try_places(std::vector<net::remote_place> found) {
    phase_ = phase::connecting;
    places_ = std::move(found);
    next_place_ = 0;
    try_next_place();
}

void client_state::try_next_place() {
    loop->disarm(place_timer_);
    while (next_place_ < places_.size()) {
        auto begun = begin_to_connect(places_[next_place_++]);
        if (!begun.socket) {
            if (first_failure_ == error::none) first_text_ = begun.why.message();
            first_failure_ = error::connect_failed;
            continue;
        }
        auto& made = *links_.emplace_back(std::make_unique<client_link>(*this, loop->now()));
        if (next_place_ < places_.size()) loop->arm(place_timer_, loop->now() + attempt_delay);
        request_.key = handshake_key();
        return made.connect(std::move(begun.socket), request_);
    }
    const bool some_try = std::ranges::any_of(links_, [](const auto& each) { return each->is_candidate(); });
    if (!some_try) attempt_failed(first_failure_, "cannot connect to " + where.place() + ": " + first_text_);
}

void client_state::candidate_is_there(client_link& which) {
    link_ = &which;
    phase_ = phase::opening;
    loop->disarm(connect_timer_);
    drop_candidates(&which);
}

void client_state::candidate_failed(client_link& which, error why, const std::string& text) {
    if (!which.is_candidate()) return;
    which.drop();
    if (first_failure_ == error::none) {
        first_failure_ = why;
        first_text_ = text;
    }
    try_next_place();
}

void client_state::connect_took_too_long() {
    attempt_failed(error::connect_timeout, "cannot connect to " + where.place() + ": it took longer than " +
                                               std::to_string(options.connect_time.count()) + " ms");
}

void client_state::drop_candidates(const client_link* but) {
    loop->disarm(place_timer_);
    places_.clear();
    next_place_ = 0;
    for (const auto& each : links_) {
        if (each.get() != but && each->is_candidate()) each->drop();
    }
}

void client_state::opening_failed(error why, std::uint16_t status) {
    auto text = where.place() + ": ";
    if (why == error::response_status) {
        text +=
            "the server answered with status " + std::to_string(status) + ", and did not switch protocols";
    } else {
        text += describe(why).text;
    }
    attempt_failed(why, std::move(text), status);
}

void client_state::attempt_failed(error why, std::string text, std::uint16_t status) {
    lookup_.reset();
    loop->disarm(connect_timer_);
    drop_candidates(nullptr);
    const auto wait = next_wait();
    connect_failure told{why, std::move(text), status, attempt_, wait};
    if (!wait) be_over();
    if (handlers.on_failure) call_handler("on_failure", [&] { handlers.on_failure(self, told); });
    if (wait && !closed_) wait_for_next(*wait);
}

/// Before the next attempt; nullopt: there is none.
std::optional<std::chrono::milliseconds> client_state::next_wait() {
    const auto& tries = options.reconnect;
    if (!tries.enabled || closed_ || (tries.max_attempts != 0 && attempt_ >= tries.max_attempts))
        return std::nullopt;
    auto bound = tries.first_bound;
    for (unsigned i = 1; i < attempt_ && bound < tries.last_bound; ++i) bound *= 2;
    return random_wait(std::min(bound, tries.last_bound));
}

void client_state::wait_for_next(std::chrono::milliseconds wait) {
    phase_ = phase::waiting;
    loop->arm(retry_timer_, loop->now() + wait);
}

void client_state::be_over() {
    phase_ = phase::over;
    takes_.store(false, std::memory_order_relaxed);
    lookup_.reset();
    for (net::timer* const each : {&place_timer_, &connect_timer_, &retry_timer_}) loop->disarm(*each);
    drop_candidates(nullptr);
    queue_.clear();
    queued_bytes_.store(0, std::memory_order_relaxed);
}

}  // namespace pushwire::engine
