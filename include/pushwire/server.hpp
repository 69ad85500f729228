#pragma once
// The server. Its handlers' contract, in short (docs/architecture.md has all of it):
//
//   - No call runs a handler before it returns, so every call is allowed in every handler, on its own fd too.
//   - `on_open` comes first; `on_close` comes exactly once for each `on_open`, last.
//   - With one worker (the default) all handlers run on the thread that called `start` or `run_once`. With more, those
//     of one connection run on the thread of its worker.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/fd.hpp>
#include <pushwire/handshake.hpp>
#include <pushwire/limits.hpp>
#include <pushwire/message.hpp>
#include <pushwire/request.hpp>
#include <pushwire/tls.hpp>

namespace pushwire {

class client;
class server;
class server_group;
namespace engine {
struct handlers;
struct server_state;
}  // namespace engine

/// What became of a `push`. On the owning worker's thread it is known at once; from elsewhere the message is posted, and
/// what is refused later comes to `on_refused`.
enum class push_result : std::uint8_t {
    accepted,         ///< it leaves with this turn of the loop
    queued,           ///< it waits behind what the peer has not read yet
    posted,           ///< it is on its way to the worker that owns the connection
    refused_backlog,  ///< the connection's backlog is full
    refused_mailbox,  ///< the worker's mailbox is full
    closing,          ///< the closing handshake has begun
    unknown_fd,       ///< there is no such connection (any more)
    invalid_text,     ///< text must be valid UTF-8
};

/// What became of `begin`, `part` or `end`. What was neither accepted nor queued has changed nothing.
enum class part_result : std::uint8_t {
    accepted,         ///< go on: it leaves with this turn of the loop
    queued,           ///< taken, but the peer reads too slowly: go on when `on_drain` is told
    refused_backlog,  ///< part: not taken, since the one before was queued, and now the backlog is full
    invalid_text,     ///< part: it is not UTF-8. end: the text ends amid a character
    busy,             ///< begin: a message in parts is under way already
    not_begun,        ///< part, end: none is
    closing,          ///< the closing handshake has begun
    unknown_fd,       ///< there is no such connection (any more)
};

enum class subscribe_result : std::uint8_t {
    subscribed,
    already_subscribed,
    posted,   ///< on its way to the worker that owns the connection
    refused,  ///< too many topics, or too long a name (see limits)
    closing,
    unknown_fd,
};

/// What `on_error` is told: an exception that left a handler, or a failure that belongs to no connection.
struct error_report {
    pushwire::fd fd;               ///< the connection that it belonged to, if any; it is closed with 1011
    std::string_view where;        ///< "on_message", "timer", "accept", ...
    std::string what;              ///< the exception's text, or the system's
    std::exception_ptr exception;  ///< null if there was none
};

/// What can be asked about a connection, from any thread. A snapshot, at most a turn of the loop old.
struct connection_info {
    pushwire::fd fd;
    std::string remote_address;  ///< as in `request`
    std::uint16_t remote_port = 0;
    std::chrono::system_clock::time_point connected_at;
    std::chrono::system_clock::time_point last_received;
    std::size_t queued_bytes = 0;
    unsigned worker = 0;  ///< in a group: the member
};

/// Counts since the server started, of all workers.
struct statistics {
    std::uint64_t accepted = 0;  ///< sockets
    std::uint64_t opened = 0;    ///< opening handshakes completed
    std::uint64_t closed = 0;    ///< connections that had been open
    std::uint64_t refused = 0;   ///< handshakes and requests answered with an error
    std::uint64_t requests = 0;  ///< plain HTTP
    std::uint64_t messages_received = 0;
    std::uint64_t bytes_received = 0;  ///< payload
    std::uint64_t messages_sent = 0;   ///< taken for sending
    std::uint64_t bytes_sent = 0;      ///< payload
    std::uint64_t pushes_refused = 0;
    std::uint64_t open = 0;              ///< connections now
    std::uint64_t backlog_bytes = 0;     ///< memory now: see `limits::max_all_backlogs`
    std::uint64_t unfinished_bytes = 0;  ///< memory now: see `limits::max_all_unfinished`
    std::vector<std::uint64_t> errors;   ///< connections that ended or were refused, by `error`
};

/// How the kernel is asked for input and output. `automatic` is io_uring from Linux 6.17 on where the system allows it,
/// and epoll elsewhere. `io_uring` needs Linux 6.1 or newer, and to be allowed: else `listen` throws setup_error.
enum class io_backend : std::uint8_t { automatic, epoll, io_uring };

struct options {
    /// Beside the constructor's host and port: "host:port", "[v6]:port", "unix:/path". With certificates, TLS is spoken
    /// at each port, but where "ws://host:port" says otherwise; "wss://host:port" says it in so many words.
    std::vector<std::string> listen;
    tls_options tls;
    pushwire::limits limits;
    unsigned workers = 1;  ///< threads; 0: one for each processor that the process may use
    io_backend io = io_backend::automatic;
    /// The sub-protocols that the server speaks: the first one that a client offers is chosen.
    std::vector<std::string> subprotocols;
    /// permessage-deflate (RFC 7692), for clients that offer it.
    pushwire::compression compression;
    /// The proxies that speak for others: "192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "loopback", "unix". What they say in
    /// X-Forwarded-For is believed: the rightmost address that is no proxy's is `request::remote_address`.
    std::vector<std::string> trusted_proxies;
    /// Those proxies begin each connection with a PROXY header (version 1 or 2), which names the client.
    bool proxy_protocol = false;
    /// The pages that may connect, by their Origin: "https://example.org", "https://*.example.org", "*.example.org",
    /// "null", or "*" for any. Another one gets 403; who sends no Origin is no browser, and is let in. Empty: any, with
    /// one warning to `on_error` when a page of another site comes with a cookie.
    std::vector<std::string> allowed_origins;
    /// Text that is not UTF-8 is not sent. Off: the caller answers for it.
    bool check_pushed_text = true;
    /// `start` takes SIGINT and SIGTERM, where their disposition is the default, and stops.
    bool handle_signals = true;
    /// Share the port with a server that is running already, and was itself started so or with several workers; take the
    /// path of a Unix socket from it. A server that cannot start takes nothing.
    bool takeover = false;
};

/// Handlers for some paths, or (as part of the server) for all. An event for which a path has no handler goes to the
/// server's. To be set before `start`.
class route {
  public:
    /// A connection is open. The request's views are valid during the call.
    route& on_open(std::function<void(server&, const request&)> handler);
    /// A whole message came.
    route& on_message(std::function<void(server&, const message&)> handler);
    /// Some of a message came: instead of `on_message` messages are handed out as they come, however large, and
    /// nothing of them is kept. `pause` holds up the peer. `limits::max_message` does not apply.
    route& on_message_part(std::function<void(server&, const message_part&)> handler);
    /// A connection that had been open is over. `info` and the user data still answer, `exists` does not.
    route& on_close(std::function<void(server&, fd)> handler);
    route& on_close(std::function<void(server&, fd, const close_info&)> handler);
    /// A well-formed opening handshake: accept or refuse it, now or later. Without this handler it is accepted.
    route& on_handshake(std::function<void(server&, handshake&)> handler);
    /// A plain HTTP request: fill in the response. Without this handler it is answered with 426.
    route& on_request(std::function<void(server&, const request&, response&)> handler);
    /// What had waited for a slow connection has all been sent; of a message in parts, those that were given.
    route& on_drain(std::function<void(server&, fd)> handler);
    /// A ping came, and has been answered already, since that is the protocol's affair.
    route& on_ping(std::function<void(server&, fd, std::string_view payload)> handler);
    /// A pong came: the answer to a `ping`, with what that had, or to one of the server's own (limits::ping_after), which have
    /// nothing; or one that nobody asked for.
    route& on_pong(std::function<void(server&, fd, std::string_view payload)> handler);

  private:
    friend class server;
    explicit route(std::shared_ptr<engine::handlers> set) : handlers_{std::move(set)} {}

    std::shared_ptr<engine::handlers> handlers_;
};

class server : public route {
  public:
    using timer_id = std::uint64_t;

    /// `host` is an address, a name, or "*" for every address, IPv6 too; port 0 is any free one. Nothing is opened yet:
    /// see `listen`. Throws setup_error for an option that makes no sense.
    server(std::string_view host, std::uint16_t port, options with = {});
    /// Listens where `options::listen` says.
    explicit server(options with);
    /// A member of a group (server_group.hpp), with the group's options; to be made in its own process, after the fork. It
    /// listens at the group's addresses, which are bound already. The group outlives it. Throws setup_error.
    server(server_group& group, unsigned member);
    /// Ends what is left at once; `on_close` is still called.
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // --- before start

    /// Handlers for one path ("/chat"), or for all that begin with one ("/topic/*"). The longest match serves.
    route path(std::string_view pattern);
    /// A message pushed from another thread was refused after all; `bytes` is its size.
    server& on_refused(std::function<void(server&, fd, std::size_t bytes)> handler);
    /// Without this handler, the report goes to stderr in one line.
    server& on_error(std::function<void(server&, const error_report&)> handler);
    /// Somebody has sent this to this member of a group: see server_group::send. Valid until the handler returns.
    server& on_group_message(std::function<void(server&, std::string_view data)> handler);
    /// The number of threads; 0: one for each processor that the process may use. A member of a group has one.
    server& workers(unsigned count);
    /// Gives each connection an object of type T: made before `on_open`, destroyed after `on_close`.
    template <class T>
    server& user_data() {
        return user_type({sizeof(T), alignof(T), [](void* place) { ::new (place) T{}; },
                          [](void* object) { static_cast<T*>(object)->~T(); }});
    }

    /// Binds all addresses; from here on clients may connect, and wait for `start`. Throws setup_error with a text that
    /// says what is wrong and how to mend it.
    void listen();
    /// The port of the first address, after `listen` (useful where 0 was asked for); 0 for a Unix socket.
    [[nodiscard]] std::uint16_t port() const;
    /// The addresses that were bound, as clients name them: "ws://host:port", "wss://host:port", "ws+unix:/path".
    [[nodiscard]] std::vector<std::string> addresses() const;

    /// After `listen`: how many workers there are, and which event loop they run ("epoll", "io_uring").
    [[nodiscard]] unsigned worker_count() const;
    [[nodiscard]] std::string_view loop_name() const;

    // --- running

    /// Listens if that was not done, and serves until `stop` or `drain` was called and the last `on_close` has returned.
    void start();
    // The four that follow: from any thread, at any time; they return at once. Nothing is accepted any more, and `start`
    // returns after the last `on_close`. A further call can only hurry what the first began: who has not been told
    // yet is told earlier, who is left is cut off earlier. What is told is what the first call said.

    /// Everyone gets close code 1001 at once; what is not closed within `limits::grace` is cut off.
    void stop();
    /// The same with a time of its own: `within` it everything is over, whatever the clients do. 0: the close frames
    /// still leave where the kernel takes them at once.
    void stop(std::chrono::milliseconds within);
    /// Takes leave of the clients one by one, so that they do not all come back at once: `limits::drain_time`, then
    /// `limits::grace`. Close code 1001.
    void drain();
    /// The close frames are evenly spread over the time, the oldest connection's first; who has not been told is served as
    /// before. Then `limits::grace` begins. Code and reason are as for `disconnect`.
    void drain(std::chrono::milliseconds over, std::uint16_t code = close_code::going_away,
               std::string_view reason = describe(error::shutting_down).text);

    /// One turn, for a program that has a loop of its own: waits at most `timeout`, handles what happened. One worker
    /// only, always from the same thread. Says false when the server has stopped.
    bool run_once(std::chrono::milliseconds timeout);
    /// A file descriptor that is readable while `run_once` would find something to do.
    [[nodiscard]] int descriptor();

    // --- certificates; any thread

    /// Reads the files of `options::tls` anew: connections that begin from now on get what is in them, and those that are
    /// there keep what they have. Throws setup_error, and then goes on with the old ones. Reports expired certificates to
    /// `on_error`.
    void reload_tls();
    /// Those in use; none before `listen`.
    [[nodiscard]] std::vector<tls_certificate_info> tls_certificates() const;

    // --- connections; any thread. In a group these reach the connections of all members: see server_group.hpp

    /// Sends a message. It never waits: what the peer does not read yet is kept, within `limits::max_backlog`.
    push_result push(fd to, std::string_view data, message_type type = message_type::text);
    /// Sends a ping with the first 125 bytes of `payload`, which is all that it may have. It says what `push` says, but no
    /// policy makes room: refused_backlog if it does not fit. If it was posted and is refused then, nobody is told.
    push_result ping(fd to, std::string_view payload = {});
    /// Sends what is queued, then a close frame with `code` (1000 to 1003, 1007 to 1014, 3000 to 4999; anything else
    /// counts as 1011) and at most 123 bytes of reason. No `on_message` follows. Does nothing if there is no such connection.
    void disconnect(fd which, std::uint16_t code = close_code::normal, std::string_view reason = {});
    [[nodiscard]] bool exists(fd which) const;
    /// nullopt if there is no such connection.
    [[nodiscard]] std::optional<connection_info> info(fd which) const;
    /// The connections that are open now, in no particular order.
    [[nodiscard]] std::vector<fd> connections() const;
    [[nodiscard]] statistics stats() const;

    /// A topic is a name, and there is one while somebody subscribes to it. Who leaves is unsubscribed by itself.
    subscribe_result subscribe(fd who, std::string_view topic);
    void unsubscribe(fd who, std::string_view topic);
    /// How many subscribe to `topic` now, on all workers. In a group: of this member's own connections.
    [[nodiscard]] std::size_t subscriber_count(std::string_view topic) const;
    /// To every subscriber of `topic`; encoded once. Says accepted (or posted, from another thread), invalid_text,
    /// or refused_mailbox. A slow subscriber meets the backlog policy.
    push_result publish(std::string_view topic, std::string_view data,
                        message_type type = message_type::text);

    // --- connections; only on the thread of the worker that owns it, as in its handlers

    /// Sends a message in parts, which need not fit into memory as a whole: `begin`, `part` again and again while it says
    /// `accepted`, else when `on_drain` was told, and `end`. A part of a text may end amid a character. Until the end
    /// whatever else is pushed to the connection waits behind it, within its backlog; if neither a part nor the end comes
    /// within `limits::part_time`, the connection is closed with 1011. A `disconnect` leaves the message unfinished, and
    /// what waits behind it unsent.
    part_result begin(fd to, message_type type = message_type::text);
    part_result part(fd to, std::string_view data);
    part_result end(fd to);

    /// Stops reading: no `on_message` until `resume`, and the peer is held up.
    void pause(fd which);
    void resume(fd which);
    /// What `who` subscribes to, in no particular order. A call of `subscribe` that was posted does not count yet.
    [[nodiscard]] std::vector<std::string> topics(fd who) const;
    /// The connection's user data, null if there is no such connection. T must be the type given to `user_data`.
    template <class T>
    [[nodiscard]] T* user(fd which) {
        return static_cast<T*>(user_object(which));
    }

    // --- time and threads; any thread

    /// Runs `call` once after `delay`, or again and again. In a handler: on its thread; elsewhere: on the first worker.
    timer_id after(std::chrono::milliseconds delay, std::function<void(server&)> call);
    timer_id every(std::chrono::milliseconds interval, std::function<void(server&)> call);
    void cancel(timer_id which);
    /// Runs `call` on the first worker's thread, or on the one that owns `near`.
    void post(std::function<void(server&)> call);
    void post(fd near, std::function<void(server&)> call);

  private:
    friend class client;
    friend struct engine::server_state;
    struct user_type_facts {
        std::size_t size;
        std::size_t alignment;
        void (*make)(void*);
        void (*destroy)(void*);
    };
    server& user_type(user_type_facts facts);
    void* user_object(fd which);

    std::unique_ptr<engine::server_state> state_;
};

}  // namespace pushwire
