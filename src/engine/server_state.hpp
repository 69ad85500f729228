#pragma once
// What a server's workers share: settled before they start, and only read after that.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include <pushwire/protocol/session.hpp>
#include <pushwire/server.hpp>

#include "engine/address_limits.hpp"
#include "engine/departure.hpp"
#include "engine/origin.hpp"
#include "engine/router.hpp"
#include "engine/subscriptions.hpp"
#include "net/address_set.hpp"
#include "net/loop.hpp"
#include "net/signals.hpp"
#include "net/socket.hpp"
#include "net/tls_context.hpp"

namespace pushwire::engine {

class worker;
struct client_state;
struct group_state;
struct seat;

struct listening_place {
    net::listening listening;
    bool tls = false;
};

/// As a client names it: "ws://host:port", "wss://host:port", "ws+unix:/path".
[[nodiscard]] std::string url_of(const listening_place& which);

/// A worker's share of the connections, and of the sockets beyond those that are served: they are accepted so that they can
/// be told 503, or 429.
struct connection_bounds {
    std::size_t most = 0;
    std::size_t most_turned_away = 0;
    std::string shortage;  // where descriptors allow fewer than are asked for: what to do about it
};
/// `sharers` share what is asked for, and `workers` of them have the descriptors of this process, beside those at which it
/// listens.
[[nodiscard]] connection_bounds share_connections(const limits& limits, unsigned workers, unsigned sharers,
                                                  std::size_t listening);
/// A worker's share of what the server keeps in memory, in bytes.
struct memory_shares {
    std::size_t backlogs = 0;
    std::size_t unfinished = 0;
};
/// Throws setup_error.
[[nodiscard]] memory_shares share_memory(const limits& limits, unsigned sharers);
/// Throws setup_error unless the options make sense.
void check(const options& with);

using bind_function = std::function<net::listening(const net::endpoint&, const net::listen_options&)>;
/// All addresses of the options, once for each of `count`. Nobody is listening yet.
[[nodiscard]] std::vector<listening_place> bind_all(const options& with, unsigned count,
                                                    const bind_function& bind);
/// From here on clients may come.
void open_all(std::vector<listening_place>& bound);

struct server_state {
    server_state(server& owner, options with);
    /// A member of a group, with its options.
    server_state(server& owner, group_state& of, unsigned member);
    ~server_state();

    /// For the simulation, which puts its own under a server before it listens.
    [[nodiscard]] static server_state& of(server& which) { return *which.state_; }

    // What a server stands on; the only way from here to the kernel.
    std::function<std::unique_ptr<net::loop>(unsigned worker)> make_loop;
    bind_function bind_listener = net::bind;

    server& self;
    pushwire::options options;
    group_state* group = nullptr;  // that it is a member of
    engine::seat* seat = nullptr;  // its own in there
    protocol::session_settings session_settings;
    handlers* for_all = nullptr;  // the server's own
    engine::router router;
    std::function<void(server&, fd, std::size_t)> on_refused;
    std::function<void(server&, const error_report&)> on_error;
    std::function<void(server&, std::string_view)> on_group_message;
    std::optional<server::user_type_facts> user_type;

    std::vector<listening_place> places;
    std::vector<std::unique_ptr<worker>> workers;  // fixed once `workers_made`
    std::atomic<bool> workers_made{false};
    std::atomic<std::size_t> listeners_gone{0};  // workers that have stopped listening
    net::address_set trusted_proxies;
    origin_rules allowed_origins;
    std::unique_ptr<address_limits> addresses;  // null without such a limit
    std::atomic<bool> foreign_origin_told{false};
    pace message_pace{0, 1};
    engine::subscriptions subscriptions;

    std::atomic<std::size_t> workers_told{0};  // workers that leave, and have told all of their connections
    std::atomic<std::size_t> workers_gone{0};  // workers that have left, and have no connection any more
    std::size_t max_connections_per_worker = 0;
    std::size_t max_turned_away_per_worker = 0;  // see connection_bounds
    std::size_t max_backlogs_per_worker = 0;     // bytes
    std::size_t max_unfinished_per_worker = 0;   // bytes

    std::atomic<std::uint64_t> timers_made{0};
    std::mutex before_start;
    std::vector<std::function<void()>> first_calls;  // made before the first turn
    std::vector<client_state*> guests;  // clients on the first worker's loop, whose thread alone touches them
    bool started = false;
    bool hosted = false;  // a loop of another waits on our descriptor

    void listen();
    void start();
    /// From any thread, also before the start.
    void leave(const farewell& how);
    void heed(net::stop_signals::wish asked_for);
    void before_first_turn();
    /// A worker has stopped listening; the last one closes the sockets.
    void stop_listening();
    /// A worker has told all of its connections that the server goes away; the last one ends all timers.
    void tell_all_told();
    /// A worker has left, and has no connection any more; the last one wakes the others.
    void tell_gone();
    [[nodiscard]] bool all_gone() const {
        return workers_gone.load(std::memory_order_acquire) == workers.size();
    }
    /// Cuts everything; `on_close` is still told.
    void end();

    // --- clients that run on the first worker's loop; its thread
    void close_guests();
    void cut_guests();
    [[nodiscard]] bool guests_are_connected() const;

    /// The certificates in use, for a new connection; null before `listen`, and without TLS. Any thread.
    [[nodiscard]] std::shared_ptr<const net::tls_context> tls() const;
    /// Reads the files anew, for new connections. Throws setup_error, and then keeps what it has. Any thread.
    void reload_tls();

    /// The workers; none before `listen`.
    [[nodiscard]] std::span<const std::unique_ptr<worker>> running() const {
        return workers_made.load(std::memory_order_acquire) ? std::span{workers}
                                                            : std::span<const std::unique_ptr<worker>>{};
    }

    /// The worker that gave out `number`; null before `listen`, for fd{}, and for what other members of a group gave.
    [[nodiscard]] worker* owner_of(fd number) const;
    /// The worker whose thread this is, or null.
    [[nodiscard]] worker* here() const;
    /// Tells `on_error`, or stderr where there is none.
    void report(const error_report& what) noexcept;
    void wake_first();
    /// Runs `call` on the first worker's thread, now or once it runs.
    void run_on_first(std::function<void()> call);
    std::uint64_t start_timer(std::chrono::milliseconds delay, std::chrono::milliseconds interval,
                              std::function<void(server&)> call);
    void cancel_timer(std::uint64_t id);

  private:
    [[nodiscard]] std::vector<std::unique_ptr<worker>> make_workers(unsigned count);
    void share_bounds(unsigned count, unsigned sharers, std::size_t listening);
    // Never inlined: most servers are in no group.
    [[gnu::noinline]] [[nodiscard]] bool is_of_group_seat(fd number) const;
    void load_tls();
    void use_tls(std::shared_ptr<const net::tls_context> loaded);

    mutable std::mutex tls_mutex_;
    std::shared_ptr<const net::tls_context> tls_;
};

}  // namespace pushwire::engine
