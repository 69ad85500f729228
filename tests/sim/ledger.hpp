#pragma once
// What was promised, and whether it was kept: the oracles about messages, close codes and limits. It knows what the
// application and the clients did, and nothing of how the server does it.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/message.hpp>
#include <pushwire/server.hpp>

#include "sim/link.hpp"
#include "sim/plan.hpp"
#include "sim/record.hpp"

namespace pushwire::sim {

/// A message that is to arrive.
struct promise {
    std::uint64_t digest = 0;
    std::size_t size = 0;  ///< of the payload, in bytes
    bool must = true;      ///< false: it may have been refused on the way, or its receiver not yet subscribed
};

/// Whether a connection listens to a topic, as far as the application can know.
struct membership {
    bool in = false;
    bool certain = true;
    std::uint64_t since = 0;  ///< the step of the history in which that changed
};

/// How a side says that a connection ended.
struct ending {
    std::uint16_t code = 0;
    std::uint16_t sent_code = 0;
    bool began_by_peer = false;
    error why = error::none;
    time_point when{};
};

/// One connection, as the server's handlers saw it.
struct connection_facts {
    fd number;
    unsigned client = 0;
    unsigned worker = 0;
    time_point opened_at{};
    time_point resumed_at{};
    net::wall_time_point connected_at{};
    void* user = nullptr;
    bool disconnected = false;   ///< by its own worker: no message may follow
    bool disconnecting = false;  ///< by anyone, at least asked for
    bool threw = false;
    bool paused = false;
    bool owes_drain = false;
    std::optional<ending> ended;

    std::map<std::string, std::deque<promise>, std::less<>> promised;
    std::map<std::string, membership, std::less<>> topics;
    std::map<std::size_t, int> posted;   ///< by size, and not refused
    std::map<std::size_t, int> refused;  ///< by size, and not yet accounted for
    std::size_t largest_frame = 0;
    std::size_t may_drop = 0;               ///< bytes that the policy drop_oldest may have dropped
    bool pushed_to_from_elsewhere = false;  ///< so that nobody knows how full its backlog was then
};

/// One client, as it sees itself.
struct client_facts {
    unsigned number = 0;
    std::shared_ptr<link> over;
    std::uint16_t port = 0;
    bool connected = false;
    bool opened = false;
    bool well_behaved = true;          ///< until it does what a peer may not
    std::uint16_t violation_code = 0;  ///< the close code that it has earned
    bool reads = true;                 ///< goes on reading until the end
    bool began_close = false;
    std::uint16_t put_code = 0;     ///< into its close frame; 0: none was sent
    bool left = false;              ///< closed its socket, or ended its side, before the server's end
    std::deque<promise> sent;       ///< and not yet told to the server's application
    std::deque<std::string> pings;  ///< sent, not answered
    std::optional<ending> ended;
    bool may_not_open = false;       ///< its handshake is broken, or was refused
    std::uint16_t refused_with = 0;  ///< the close code after accept_and_close
    fd promised;                     ///< the number that on_handshake was told
    bool plain = false;
};

class ledger {
  public:
    ledger(record& notes, const plan& settled, const schedule& clock)
        : notes_{notes}, plan_{settled}, clock_{clock} {}

    // --- connections and clients

    client_facts& add_client();
    [[nodiscard]] client_facts& client(unsigned number) { return *clients_[number]; }
    [[nodiscard]] client_facts* client_of_port(std::uint16_t port);
    [[nodiscard]] connection_facts* find(fd number);
    [[nodiscard]] connection_facts* of_client(unsigned number);
    /// Those that were ever open, in the order of their opening.
    [[nodiscard]] std::vector<std::unique_ptr<connection_facts>>& connections() { return connections_; }
    [[nodiscard]] std::vector<std::unique_ptr<client_facts>>& clients() { return clients_; }
    [[nodiscard]] std::size_t open_connections(unsigned worker) const;

    // --- what the server's handlers see

    connection_facts& opened(fd number, client_facts& who, unsigned worker);
    void told_message(fd number, message_type type, std::string_view data);
    void told_closed(fd number, const close_info& how);
    /// `on_refused`
    void told_refused(fd number, std::size_t bytes);

    // --- what is promised

    void promised(connection_facts& to, std::string_view stream, message_type type, std::string_view data,
                  bool must);
    /// What the connection's policy may drop to make room for a frame, where `queued` bytes wait.
    void may_drop(connection_facts& from, std::size_t queued, std::size_t frame);
    [[nodiscard]] bool fits(std::size_t queued, std::size_t frame) const;

    // --- what the clients see

    void sent(client_facts& from, message_type type, std::string_view data);
    void received(client_facts& at, message_type type, std::string_view data);
    void received_pong(client_facts& at, std::string_view data);

    // --- when things have come to rest

    /// The network is healed and nobody does anything: whoever is connected has everything.
    void check_all_arrived();
    /// All is over.
    void check_endings();

    /// Whoever is left after that time is cut off.
    void server_stops(std::chrono::milliseconds within) {
        if (!stopping_since_) stopping_since_ = clock_.now();
        cut_after_ = within;
    }
    [[nodiscard]] bool stopping() const { return stopping_since_.has_value(); }

  private:
    void check_arrived(connection_facts& which, std::string_view when);
    void check_ending(connection_facts& which);
    bool excused(connection_facts& which, std::string_view stream, const promise& missing);
    [[nodiscard]] bool keeps_up(const client_facts& who) const;

    record& notes_;
    const plan& plan_;
    const schedule& clock_;
    std::vector<std::unique_ptr<client_facts>> clients_;
    std::vector<std::unique_ptr<connection_facts>> connections_;
    std::map<std::uint64_t, connection_facts*> by_number_;
    std::map<std::uint16_t, client_facts*> by_port_;
    std::optional<time_point> stopping_since_;
    std::chrono::milliseconds cut_after_{};
};

}  // namespace pushwire::sim
