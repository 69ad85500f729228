#pragma once
// What a client is: one loop, the connection that it has or is looking for, and what waits to be sent.
//
//   looking --an address--> connecting --one is there--> opening --101--> open --lost, closed--+
//      ^  \                     |                           |                                  |
//      |   +---- fails ---------+---------- fails ----------+--> waiting (a random time) <-----+
//      +---------------------------------------------------------- ' \--- no more attempts --> over
//
// Invariants:
//   - Handlers run only from the turn, never from within a public call.
//   - At most one link is the client's (`link_`); before, some may be candidates; those that were left end by themselves.
//   - A message is in the queue or in the session of the open link, never in both, so none is sent twice.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <pushwire/client.hpp>
#include <pushwire/protocol/codec_pool.hpp>
#include <pushwire/protocol/session.hpp>

#include "engine/client_link.hpp"
#include "engine/client_url.hpp"
#include "engine/secret.hpp"
#include "net/connecting.hpp"
#include "net/loop.hpp"
#include "net/mailbox.hpp"
#include "net/tls_client_end.hpp"
#include "net/tls_workspace.hpp"

namespace pushwire::engine {

struct server_state;

struct client_handlers {
    std::function<void(client&, const opening&)> on_open;
    std::function<void(client&, const message&)> on_message;
    std::function<void(client&, const close_info&)> on_close;
    std::function<void(client&, const connect_failure&)> on_failure;
    std::function<void(client&, opening_request&)> on_request;
    std::function<void(client&, std::string_view)> on_pong;
    std::function<void(client&)> on_drain;
    std::function<void(client&, bool, std::string_view)> on_bytes;
    std::function<void(client&, const error_report&)> on_error;
};

struct client_state {
    /// `host`: null, or whose first worker's loop it uses.
    client_state(client& owner, std::string_view url, client_options with, server_state* host);
    ~client_state();

    /// For tests, which put their own under a client before its first turn.
    [[nodiscard]] static client_state& of(client& which) { return *which.state_; }
    void stand_on(std::unique_ptr<net::loop> own);
    net::lookup::resolver find_places = net::lookup::ask_system;
    std::function<net::connecting(const net::remote_place&)> begin_to_connect = net::begin_to_connect;

    client& self;
    const std::string url;
    const client_url where;
    const client_options options;
    client_handlers handlers;

    // --- what its links use
    std::unique_ptr<net::loop> own_loop;  // null: a server's
    net::loop* loop = nullptr;            // null: that server has not started
    protocol::block_pool blocks;
    protocol::codec_pool codecs;
    protocol::session_settings session_settings;
    std::shared_ptr<const net::tls_client_end> tls;  // null: plain
    std::unique_ptr<net::tls_workspace> tls_workspace;
    std::array<std::span<const std::byte>, net::loop::max_segments> segments;
    masking_keys keys;

    // --- what its links tell
    /// Its stream has connected: the others are not needed.
    void candidate_is_there(client_link& which);
    /// What has come, or gone. Says whether the handler returned.
    bool tell_bytes(bool sent, std::span<const std::byte> bytes);
    void candidate_failed(client_link& which, error why, const std::string& text);
    void opened(client_link& which);
    void received(client_link& which, const protocol::event& event);
    void ponged(client_link& which, std::span<const std::byte> data);
    void ended(client_link& which);
    /// Gives it what waits. Says whether there was something.
    bool feed(client_link& which);
    void drained();
    void forget(client_link& which);

    // --- what the client is asked
    bool turn(net::time_point until);
    push_result push(std::string_view data, message_type type);
    void ping(std::string_view data);
    void close(std::uint16_t code, std::string_view reason);
    /// Throws setup_error if it is attached to a server.
    void expect_own_loop() const;
    [[nodiscard]] bool is_open() const { return open_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }
    /// Cuts what is there, and destroys it once the loop has let go.
    static void end(std::unique_ptr<client_state> which);

    // --- what its host tells
    /// It goes away: close with 1001, or at once.
    void close_with_host();
    void cut();
    [[nodiscard]] bool has_links() const { return !links_.empty(); }
    /// The loop is going to be destroyed, and no link is left.
    void lose_host();

  private:
    enum class phase : std::uint8_t { unstarted, looking, connecting, opening, open, waiting, over };
    struct queued {
        std::string data;
        message_type type;

        [[nodiscard]] std::size_t bytes() const { return size_in_queue(data); }
    };
    /// As a frame, so that empty messages count.
    [[nodiscard]] static std::size_t size_in_queue(std::string_view data) {
        return protocol::frame_header_size(data.size(), true) + data.size();
    }
    struct timer final : net::timer {
        timer(client_state& of, void (client_state::*what)()) : owner{of}, call{what} {}
        void on_expired() override { (owner.*call)(); }
        client_state& owner;
        void (client_state::*call)();
    };

    // attempts (client_attempt.cpp)
    void begin_attempt();
    void look_up();
    void try_places(std::vector<net::remote_place> found);
    void try_next_place();
    void connect_took_too_long();
    void opening_failed(error why, std::uint16_t status);
    void attempt_failed(error why, std::string text, std::uint16_t status = 0);
    [[nodiscard]] std::optional<std::chrono::milliseconds> next_wait();
    void wait_for_next(std::chrono::milliseconds wait);
    void drop_candidates(const client_link* but);
    void be_over();

    [[nodiscard]] bool is_here() const {
        return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }
    [[nodiscard]] bool is_over() const { return phase_ == phase::over && links_.empty(); }
    [[nodiscard]] net::time_point now();
    bool post(std::size_t bytes, net::mailbox::call what);
    bool reserve(std::size_t bytes);
    push_result push_here(std::string_view data, message_type type);
    push_result enqueue(queued what);
    void close_here(std::uint16_t code, std::string_view reason);
    void settle();
    void settle_later() { loop->arm(settle_timer_, loop->now()); }
    template <class Call>
    bool run_handler(std::string_view where, Call&& call);
    template <class Call>
    void call_handler(std::string_view where, Call&& call);
    void report(std::string_view where, std::string what, std::exception_ptr exception);

    server_state* host_;
    std::optional<net::mailbox> mailbox_;                         // of the own loop
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // what was posted to a host asks it
    std::atomic<std::thread::id> thread_{};
    std::vector<std::unique_ptr<client_link>> links_;
    client_link* link_ = nullptr;  // connected, and not ended
    phase phase_ = phase::unstarted;

    std::unique_ptr<net::lookup> lookup_;
    std::uint64_t looked_up_ = 0;  // how often: what an earlier lookup tells comes too late
    std::vector<net::remote_place> places_;
    std::size_t next_place_ = 0;
    protocol::client_request request_;
    error first_failure_ = error::none;  // of this attempt's places
    std::string first_text_;
    unsigned attempt_ = 0;
    net::time_point opened_at_{};
    timer place_timer_{*this, &client_state::try_next_place};
    timer connect_timer_{*this, &client_state::connect_took_too_long};
    timer retry_timer_{*this, &client_state::begin_attempt};
    timer settle_timer_{*this, &client_state::settle};

    std::deque<queued> queue_;
    std::optional<std::string> next_ping_;      // the latest that waits for a slow server
    std::atomic<std::size_t> queued_bytes_{0};  // of the queue, and of what is on its way into it
    std::atomic<bool> open_{false};
    std::atomic<bool> takes_{true};  // what is pushed; not after `close`, and when it is over
    bool greets_ = false;            // on_open is running
    bool owes_drain_ = false;
    bool in_turn_ = false;
    bool closed_ = false;     // by `close`
    bool abandoned_ = false;  // destroyed once no link is left
};

/// What it throws is reported. Says whether it returned.
template <class Call>
bool client_state::run_handler(std::string_view where_from, Call&& call) {
    try {
        call();
        return true;
    } catch (const std::exception& thrown) {
        report(where_from, thrown.what(), std::current_exception());
    } catch (...) {
        report(where_from, "an exception of an unknown type", std::current_exception());
    }
    return false;
}

/// What it throws is reported, and fails the connection.
template <class Call>
void client_state::call_handler(std::string_view where_from, Call&& call) {
    if (run_handler(where_from, call) || !link_) return;
    link_->session().fail(error::handler_threw, loop->now());
    settle_later();
}

}  // namespace pushwire::engine
