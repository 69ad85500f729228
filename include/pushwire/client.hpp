#pragma once
// The client, in the server's vocabulary:
//
//   pushwire::client client{"wss://example.org/chat"};
//   client.on_open([](pushwire::client& self, const pushwire::opening&) { self.push("hello"); });
//   client.on_message([](pushwire::client&, const pushwire::message& message) { std::cout << message.data << "\n"; });
//   client.start();
//
// One client is one connection, and those that follow it when it is lost, if `reconnect` is enabled. The contract of its
// handlers is the server's:
//
//   - No call runs a handler before it returns, so every call is allowed in every handler.
//   - `on_open` comes first; `on_close` comes exactly once for each `on_open`. An attempt that leads to no open connection is
//     told to `on_failure`.
//   - All handlers run on the thread that called `start` or `run_once`; or, attached to a server, on that of its worker.
//
// For a script or a test that wants to wait for each answer there is `conversation`, at the end.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/close_code.hpp>
#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/limits.hpp>
#include <pushwire/message.hpp>
#include <pushwire/request.hpp>
#include <pushwire/server.hpp>
#include <pushwire/tls.hpp>

namespace pushwire {

class client;
namespace engine {
struct client_state;
}

/// Whether and when a client that has no connection tries again. Before each attempt it waits a random time between 0 and a
/// bound that doubles with each attempt that led to nothing ("full jitter"), so that those whom one server lost do not
/// all come back at once.
struct reconnection {
    bool enabled = false;
    std::chrono::milliseconds first_bound{1'000};
    std::chrono::milliseconds last_bound{30'000};
    /// In a row without a good connection; then the client gives up. 0: any number.
    unsigned max_attempts = 0;
    /// A connection that was open for so long was a good one: the bound begins anew.
    std::chrono::milliseconds good_after{5'000};
};

struct client_options {
    /// Offered in this order; the server chooses one or none.
    std::vector<std::string> subprotocols;
    /// Added to the opening handshake; those that it sets itself are left out.
    header_list headers;
    tls_client_options tls;
    /// permessage-deflate (RFC 7692) is offered where it is enabled.
    pushwire::compression compression;
    /// `max_message`, `max_inflated`, `handshake_time` (from the connection on), `ping_after`, `idle_timeout`, `message_time`,
    /// `stuck_time` and `closing_time` are as for a server. `max_backlog` and `when_backlog_full` bound what waits, also while
    /// there is no connection; `close` refuses there.
    pushwire::limits limits;
    /// For the host's name to lead to an address, and one of its addresses to a connection, over TLS its handshake included.
    std::chrono::milliseconds connect_time{10'000};
    reconnection reconnect;
    /// Text that is not UTF-8 is not sent. Off: the caller answers for it.
    bool check_pushed_text = true;
    io_backend io = io_backend::automatic;
};

/// What the server has agreed to. Views are valid during the call.
struct opening {
    std::string_view subprotocol;  ///< the one it chose; empty: none
    bool compressed = false;       ///< permessage-deflate is in use
    unsigned attempt = 1;          ///< which one this was, since a good connection or the start
};

/// An attempt that led to no open connection.
struct connect_failure {
    error why = error::none;
    /// In one line: "cannot connect to localhost:9502: Connection refused".
    std::string text;
    std::uint16_t http_status = 0;  ///< of the answer, where there was one: 403
    unsigned attempt = 1;
    /// When it is tried again; nullopt: no more.
    std::optional<std::chrono::milliseconds> next;
};

/// What an attempt asks for: to be changed by `on_request`, for a signature or a token that is good for one attempt, say.
struct opening_request {
    std::string target;  ///< path and query
    std::vector<std::string> subprotocols;
    header_list headers;
    unsigned attempt = 1;
};

class client {
  public:
    /// `url`: "ws://HOST[:PORT][/PATH][?QUERY]", "wss://…", or "ws+unix:/PATH/OF/SOCKET[:/PATH]". Nothing is connected yet.
    /// Throws setup_error for what makes no sense, and for files that cannot be read.
    explicit client(std::string_view url, client_options with = {});
    /// Attached to a server: the client runs on the thread of its first worker, with its loop, and connects once that runs;
    /// `start`, `run_once` and `descriptor` are not for it. To be made before the server starts, or on that thread (in a
    /// timer, say), and destroyed there or when the server has stopped, but not after the server. When the server stops
    /// it is closed with 1001.
    client(server& host, std::string_view url, client_options with = {});
    /// Cuts the connection if there is one, without telling anybody. Not from within one of its own handlers.
    ~client();
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    // --- before start

    client& on_open(std::function<void(client&, const opening&)> handler);
    client& on_message(std::function<void(client&, const message&)> handler);
    /// A connection that was open is over.
    client& on_close(std::function<void(client&, const close_info&)> handler);
    client& on_failure(std::function<void(client&, const connect_failure&)> handler);
    /// Before each attempt.
    client& on_request(std::function<void(client&, opening_request&)> handler);
    /// The answer to a `ping`, with the data that it had.
    client& on_pong(std::function<void(client&, std::string_view data)> handler);
    /// What had waited has all been sent.
    client& on_drain(std::function<void(client&)> handler);
    /// All bytes that come and go, as the two ends see them (over TLS: before and behind it), for a trace.
    client& on_bytes(std::function<void(client&, bool sent, std::string_view bytes)> handler);
    /// An exception that left a handler; without this one it goes to stderr in one line. The connection is closed with 1011.
    client& on_error(std::function<void(client&, const error_report&)> handler);

    // --- running, one of three ways

    /// Connects, and returns when there is no connection and none will be tried any more: after `close`, or when the
    /// server has closed, or the attempt has failed, and `reconnect` does not go on.
    void start();
    /// One turn, for a program that has a loop of its own: waits at most `timeout`, handles what happened. Always from the
    /// same thread. Says false when `start` would return.
    bool run_once(std::chrono::milliseconds timeout);
    /// A file descriptor that is readable while `run_once` would find something to do.
    [[nodiscard]] int descriptor();

    // --- any thread, at any time

    /// Sends a message, or keeps it until there is a connection, within `limits::max_backlog`: what was pushed while there was
    /// none leaves in its order when one has opened, once. What a connection has taken and lost is not sent again. Says
    /// accepted, queued, posted (from another thread), refused_backlog, invalid_text, or closing after `close` or the end.
    push_result push(std::string_view data, message_type type = message_type::text);
    /// At most 125 bytes of data are sent (RFC 6455 5.5); nothing where no connection is open. While the server reads slowly,
    /// the latest one waits.
    void ping(std::string_view data = {});
    /// Sends what is queued, then a close frame, and connects no more. Without a connection what is queued is dropped.
    /// Code and reason are as for `server::disconnect`.
    void close(std::uint16_t code = close_code::normal, std::string_view reason = {});
    /// Whether a connection is open.
    [[nodiscard]] bool is_open() const;
    /// What waits to be sent, in bytes of its frames.
    [[nodiscard]] std::size_t queued_bytes() const;
    /// Of the constructor.
    [[nodiscard]] const std::string& url() const;

  private:
    friend class conversation;
    friend struct engine::client_state;
    std::unique_ptr<engine::client_state> state_;
};

/// Thrown by `conversation`: why there is no connection, or no longer one.
class connection_error : public std::runtime_error {
  public:
    connection_error(error why, const std::string& text, std::uint16_t code = 0)
        : std::runtime_error{text}, why_{why}, code_{code} {}
    /// `none`: the server has closed in an ordinary way.
    [[nodiscard]] error why() const { return why_; }
    /// The HTTP status of the answer to an opening handshake, or the close code.
    [[nodiscard]] std::uint16_t code() const { return code_; }

  private:
    error why_;
    std::uint16_t code_;
};

/// A message that is kept.
struct received_message {
    std::string data;
    message_type type = message_type::text;
};

/// A connection for a script or a test, which waits: for the connection, and for each message. One thread.
class conversation {
  public:
    /// Returns when it is open. Throws setup_error as the client does, and connection_error.
    explicit conversation(std::string_view url, client_options with = {});
    /// Closes with 1000 if it is open, and waits for the server's answer, at most `limits::closing_time`.
    ~conversation();

    /// The sub-protocol that the server chose.
    [[nodiscard]] const std::string& subprotocol() const { return subprotocol_; }
    /// Returns when it is on its way. Throws connection_error, and std::invalid_argument for text that is not UTF-8.
    void send(std::string_view data, message_type type = message_type::text);
    /// The next message; nullopt: none came within `within`. Throws connection_error once the connection is over and all that
    /// came has been received.
    std::optional<received_message> receive(std::chrono::milliseconds within);
    /// Closes, and waits for the server's answer, at most `limits::closing_time`. Says what it was.
    close_info close(std::uint16_t code = close_code::normal, std::string_view reason = {});

  private:
    void fail_if_over();

    client client_;
    std::string subprotocol_;
    std::deque<received_message> came_;
    bool open_ = false;
    bool over_ = false;
    close_info how_;  // the views go into reason_
    std::string reason_;
    connect_failure failure_;
};

}  // namespace pushwire
