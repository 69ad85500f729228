// A client between its handlers and its link: what is pushed, what comes, and the turns. How it comes to a link is in
// client_attempt.cpp.

#include "engine/client_state.hpp"

#include <cstdio>
#include <stdexcept>
#include <utility>

#include "base/assert.hpp"
#include "engine/server_state.hpp"
#include "engine/shared_options.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

// What is given to a session beside what its stream takes: enough for a socket's buffer, and little to lose with it.
constexpr std::size_t most_ahead = std::size_t{64} << 10;

// What a call from another thread costs beside what it carries.
constexpr std::size_t posted_call_size = 128;

client_url parse(std::string_view url) {
    try {
        auto parsed = parse_client_url(url);
        if (!parsed.unix_path.empty()) (void)net::unix_place(parsed.unix_path);  // it may be too long
        return parsed;
    } catch (const std::invalid_argument& wrong) {
        throw setup_error{std::make_error_code(std::errc::invalid_argument), wrong.what()};
    }
}

void check(const client_options& with) {
    using namespace std::chrono_literals;
    engine::check(with.limits);
    engine::check(with.compression);
    require(with.connect_time > 0ms, "connect_time must be longer than 0");
    const auto& tries = with.reconnect;
    require(tries.first_bound > 0ms && tries.last_bound >= tries.first_bound,
            "reconnect.first_bound must be longer than 0, and last_bound no less than it");
}

}  // namespace

client_state::client_state(client& owner, std::string_view named, client_options with, server_state* host)
    : self{owner}, url{named}, where{parse(named)}, options{std::move(with)}, host_{host} {
    check(options);
    session_settings.role = protocol::role::client;
    session_settings.limits = options.limits;
    session_settings.compression = options.compression;
    session_settings.codecs = &codecs;
    session_settings.masking_keys = {
        [](void* state) { return static_cast<client_state*>(state)->keys.draw(); }, this};
    if (where.tls) {
        tls = std::make_shared<net::tls_client_end>(options.tls, where.host);
        tls_workspace = std::make_unique<net::tls_workspace>();
    }
    if (!host_) {
        stand_on(net::loop::make(backend_of(options.io)));
        return;
    }
    post(0, [this] {
        loop = &host_->workers.front()->loop();
        host_->guests.push_back(this);
        thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
        host_->workers.front()->is_leaving() ? be_over() : begin_attempt();
    });
}

client_state::~client_state() {
    PUSHWIRE_ASSERT(links_.empty());  // see `end`
}

void client_state::stand_on(std::unique_ptr<net::loop> own) {
    PUSHWIRE_ASSERT(!host_ && phase_ == phase::unstarted);
    mailbox_.reset();
    own_loop = std::move(own);
    loop = own_loop.get();
    mailbox_.emplace(*loop, options.limits.max_mailbox);
}

// ---------------------------------------------------------------- turns

net::time_point client_state::now() {
    if (own_loop && !in_turn_) loop->update_time();
    return loop->now();
}

bool client_state::turn(net::time_point until) {
    thread_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    PUSHWIRE_ASSERT(mailbox_.has_value());  // it has a loop of its own
    in_turn_ = true;
    if (phase_ == phase::unstarted) begin_attempt();
    if (!is_over()) {
        loop->turn(until);
        mailbox_->run();
    }
    in_turn_ = false;
    return !is_over();
}

void client_state::settle() {
    if (link_) link_->settle();
}

void client_state::expect_own_loop() const {
    require(own_loop != nullptr, "a client that is attached to a server runs with it");
}

bool client_state::post(std::size_t bytes, net::mailbox::call what) {
    if (mailbox_) return mailbox_->post(bytes, std::move(what));
    // It may be gone when the call's turn comes, on the same thread.
    host_->run_on_first([alive = alive_, kept = std::make_shared<net::mailbox::call>(std::move(what))] {
        if (*alive) (*kept)();
    });
    return true;
}

// ---------------------------------------------------------------- the end

void client_state::end(std::unique_ptr<client_state> which) {
    auto& its = *which;
    its.handlers = {};
    *its.alive_ = false;
    its.cut();
    if (its.own_loop) {
        while (its.has_links()) its.loop->turn(its.loop->now() + std::chrono::milliseconds{100});
    }
    if (its.has_links()) {  // it is the host's turn, which will let go of them
        its.abandoned_ = true;
        [[maybe_unused]] const auto* const abandoned = which.release();
    } else if (its.host_ && its.loop) {
        std::erase(its.host_->guests, &its);
    }
}

void client_state::forget(client_link& which) {
    std::erase_if(links_, [&](const auto& each) { return each.get() == &which; });
    if (!abandoned_ || !links_.empty()) return;
    std::erase(host_->guests, this);
    delete this;
}

void client_state::cut() {
    if (!loop) return;
    link_ = nullptr;
    be_over();
    loop->disarm(settle_timer_);
    for (const auto& each : links_) each->drop();
}

void client_state::close_with_host() {
    close_here(close_code::going_away, describe(error::shutting_down).text);
}

void client_state::lose_host() {
    *alive_ = false;
    host_ = nullptr;
    loop = nullptr;
    takes_.store(false, std::memory_order_relaxed);
}

// ---------------------------------------------------------------- what its link tells

void client_state::report(std::string_view where_from, std::string what, std::exception_ptr exception) {
    const error_report told{fd{}, where_from, std::move(what), std::move(exception)};
    if (handlers.on_error) {
        try {
            return handlers.on_error(self, told);
        } catch (...) {
            std::fputs("pushwire: on_error itself threw\n", stderr);
        }
    }
    std::fprintf(stderr, "pushwire: %.*s: %s\n", static_cast<int>(where_from.size()), where_from.data(),
                 told.what.c_str());
}

void client_state::opened(client_link& which) {
    PUSHWIRE_ASSERT(&which == link_);
    phase_ = phase::open;
    opened_at_ = loop->now();
    open_.store(true, std::memory_order_relaxed);
    if (handlers.on_open) {
        const opening told{.subprotocol = which.session().subprotocol(),
                           .compressed = which.session().deflate().in_use,
                           .attempt = attempt_};
        greets_ = true;  // what it pushes comes before what waits
        call_handler("on_open", [&] { handlers.on_open(self, told); });
        greets_ = false;
    }
    which.session().release_request();
}

void client_state::received(client_link&, const protocol::event& event) {
    if (!handlers.on_message) return;
    message told;
    told.data = {reinterpret_cast<const char*>(event.data.data()), event.data.size()};
    told.type = event.type == protocol::event_type::text ? message_type::text : message_type::binary;
    told.received = loop->now();
    call_handler("on_message", [&] { handlers.on_message(self, told); });
}

bool client_state::tell_bytes(bool sent, std::span<const std::byte> bytes) {
    if (!handlers.on_bytes || bytes.empty()) return true;
    const std::string_view told{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    return run_handler("on_bytes", [&] { handlers.on_bytes(self, sent, told); });
}

void client_state::ponged(client_link&, std::span<const std::byte> data) {
    if (!handlers.on_pong) return;
    const std::string_view told{reinterpret_cast<const char*>(data.data()), data.size()};
    call_handler("on_pong", [&] { handlers.on_pong(self, told); });
}

void client_state::ended(client_link& which) {
    if (&which != link_) return;
    link_ = nullptr;
    next_ping_.reset();
    const auto outcome = which.session().outcome();
    if (!which.told_open()) return opening_failed(outcome.why, which.session().response_status());

    open_.store(false, std::memory_order_relaxed);
    if (loop->now() - opened_at_ >= options.reconnect.good_after) attempt_ = 0;
    const auto wait = next_wait();
    if (!wait) be_over();
    if (handlers.on_close) call_handler("on_close", [&] { handlers.on_close(self, outcome); });
    if (wait && !closed_) wait_for_next(*wait);
}

// ---------------------------------------------------------------- what is pushed

bool client_state::reserve(std::size_t bytes) {
    const auto& limits = options.limits;
    auto waits = queued_bytes_.load(std::memory_order_relaxed);
    do {
        const bool fits = waits == 0 || waits + bytes <= limits.max_backlog;
        if (!fits && limits.when_backlog_full != backlog_policy::drop_oldest) return false;
    } while (!queued_bytes_.compare_exchange_weak(waits, waits + bytes, std::memory_order_relaxed));
    return true;
}

push_result client_state::push(std::string_view data, message_type type) {
    if (!takes_.load(std::memory_order_relaxed)) return push_result::closing;
    const bool check = type == message_type::text && options.check_pushed_text;
    if (check && !protocol::is_utf8(std::as_bytes(std::span{data}))) return push_result::invalid_text;
    if (is_here()) return push_here(data, type);

    const auto size = size_in_queue(data);
    if (!reserve(size)) return push_result::refused_backlog;
    queued carried{std::string{data}, type};
    const bool fits = post(data.size() + posted_call_size, [this, kept = std::move(carried)]() mutable {
        if (!closed_ && phase_ != phase::over) enqueue(std::move(kept));
    });
    if (fits) return push_result::posted;
    queued_bytes_.fetch_sub(size, std::memory_order_relaxed);
    return push_result::refused_mailbox;
}

push_result client_state::push_here(std::string_view data, message_type type) {
    const auto size = size_in_queue(data);
    const bool has_link = link_ && link_->is_open();
    const auto ahead = has_link ? link_->session().backlog_bytes() : 0;
    if (has_link && greets_ && ahead != 0 && ahead + size > options.limits.max_backlog) {
        owes_drain_ = true;
        return push_result::refused_backlog;
    }
    if (has_link && (greets_ || (queue_.empty() && ahead < most_ahead))) {
        link_->session().send(type, std::as_bytes(std::span{data}), false);
        settle_later();
        return push_result::accepted;
    }
    if (!reserve(size)) {
        owes_drain_ = true;
        return push_result::refused_backlog;
    }
    return enqueue({std::string{data}, type});
}

/// Room for it has been reserved.
push_result client_state::enqueue(queued what) {
    queue_.push_back(std::move(what));
    while (queued_bytes() > options.limits.max_backlog &&
           queue_.size() > 1) {  // where the oldest are dropped
        queued_bytes_.fetch_sub(queue_.front().bytes(), std::memory_order_relaxed);
        queue_.pop_front();
    }
    owes_drain_ = true;
    settle_later();
    return push_result::queued;
}

bool client_state::feed(client_link& which) {
    bool any = false;
    if (next_ping_ && which.session().backlog_bytes() < most_ahead) {
        which.session().send_ping(std::as_bytes(std::span{*next_ping_}));
        next_ping_.reset();
        any = true;
    }
    while (!queue_.empty() && which.is_open() && which.session().backlog_bytes() < most_ahead) {
        const auto& next = queue_.front();
        which.session().send(next.type, std::as_bytes(std::span{next.data}), false);
        queued_bytes_.fetch_sub(next.bytes(), std::memory_order_relaxed);
        queue_.pop_front();
        any = true;
    }
    return any;
}

void client_state::drained() {
    if (!owes_drain_ || !queue_.empty()) return;
    owes_drain_ = false;
    if (handlers.on_drain) call_handler("on_drain", [&] { handlers.on_drain(self); });
}

void client_state::ping(std::string_view data) {
    if (!is_here()) {
        (void)post(data.size() + posted_call_size, [this, kept = std::string{data}] { ping(kept); });
        return;
    }
    if (!link_ || !link_->is_open()) return;
    data = data.substr(0, protocol::max_control_payload);
    if (link_->session().backlog_bytes() < most_ahead) {
        link_->session().send_ping(std::as_bytes(std::span{data}));
    } else {
        next_ping_ = data;
    }
    settle_later();
}

void client_state::close(std::uint16_t code, std::string_view reason) {
    takes_.store(false, std::memory_order_relaxed);
    if (is_here()) return close_here(code, reason);
    (void)post(0, [this, code, kept = std::string{reason}] { close_here(code, kept); });
}

void client_state::close_here(std::uint16_t code, std::string_view reason) {
    if (std::exchange(closed_, true)) return;
    if (link_ && link_->is_open()) {
        for (const auto& each : queue_)
            link_->session().send(each.type, std::as_bytes(std::span{each.data}), false);
        queued_bytes_.store(0, std::memory_order_relaxed);
        queue_.clear();
        link_->session().close(code, reason, now());
        return settle_later();
    }
    if (link_) link_->drop();
    link_ = nullptr;
    be_over();
    if (!in_turn_) loop->wake();
}

}  // namespace pushwire::engine
