#pragma once
// One thread with one loop, its own connections and topics. Nothing of it is shared but the board, the counters and the
// mailbox. The only worker of a server that is a member of a group has these at its seat there.

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include <pushwire/protocol/session.hpp>
#include <pushwire/server.hpp>

#include "engine/board.hpp"
#include "engine/call.hpp"
#include "engine/connection.hpp"
#include "engine/counters.hpp"
#include "engine/departure.hpp"
#include "engine/memory_bounds.hpp"
#include "engine/numbering.hpp"
#include "engine/pace.hpp"
#include "engine/pending_handshake.hpp"
#include "engine/server_state.hpp"
#include "engine/timers.hpp"
#include "net/loop.hpp"
#include "net/mailbox.hpp"
#include "pubsub/topic_index.hpp"

namespace pushwire::engine {

struct group_record;
struct seat;

class worker {
  public:
    worker(server_state& server, unsigned index, unsigned count);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    void listen_on(int descriptor, bool shared, bool tls);

    /// This thread is the worker's from now on.
    void take_thread() { thread_.store(std::this_thread::get_id(), std::memory_order_relaxed); }
    /// Nobody's: each call from here on comes from elsewhere, until it is taken again.
    void release_thread() { thread_.store({}, std::memory_order_relaxed); }
    [[nodiscard]] bool is_here() const {
        return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }
    /// The time of this turn, or between turns the time it really is.
    [[nodiscard]] net::time_point now();

    /// One turn of the loop, and everything that follows from it. Says false once all is over, for every worker.
    bool turn(net::time_point until);
    void leave(const farewell& how);
    /// Cuts everything, and returns when nothing is left. Before it is destroyed.
    void end();

    // --- any thread

    [[nodiscard]] unsigned index() const { return index_; }
    /// Who gives its numbers: among the server's workers, or in a group among the members.
    [[nodiscard]] const engine::numbering& numbers() const { return numbers_; }
    /// For `wake` and the clocks; the rest of it belongs to the worker's own thread.
    [[nodiscard]] net::loop& loop() const { return *loop_; }
    /// Whether `fd` was given out by this worker is the caller's to know.
    [[nodiscard]] std::optional<board::entry> look_up(fd which) const;
    void list_connections(std::vector<fd>& into) const { board_.list_open(used_places(), into); }
    /// See net::mailbox. What another worker posts in a turn comes when that turn ends, all with one wake.
    [[nodiscard]] bool post(std::size_t bytes, net::mailbox::call what);
    /// For calls that carry nothing that could pile up; they always fit.
    void post_control(net::mailbox::call what) { (void)post(0, std::move(what)); }
    /// The connections that it holds or is about to, also those that are opening or linger.
    [[nodiscard]] std::size_t held() const { return held_.load(std::memory_order_relaxed); }
    [[nodiscard]] const engine::counters& counts() const { return counters_; }

    // --- its own thread

    [[nodiscard]] connection* find(fd which) const {
        if (!which) return nullptr;
        connection* const found = by_place_[place_of(which)];
        return found && found->fd() == which ? found : nullptr;
    }
    push_result push(fd to, std::string_view data, message_type type);
    push_result ping(fd to, std::string_view payload);
    void disconnect(fd which, std::uint16_t code, std::string_view reason);
    subscribe_result subscribe(fd who, std::string_view topic);
    void unsubscribe(fd who, std::string_view topic);
    [[nodiscard]] std::vector<std::string_view> topics_of(fd who) const {
        return topics_.topics_of(who.number());
    }
    /// To this worker's subscribers.
    void publish(std::string_view topic, std::string_view data, message_type type);
    /// Runs what the application posted about a connection, which is closed if it throws.
    template <class Call>
    void call(fd about, std::string_view where, Call&& what) {
        if (guarded(server_, about, where, what)) return;
        if (connection* const found = find(about)) found->fail(error::handler_threw);
    }
    void decide(std::uint64_t ticket, const handshake_decision& decision);
    [[nodiscard]] engine::timers& timers() { return timers_; }
    [[nodiscard]] server_state& server() { return server_; }
    [[nodiscard]] protocol::block_pool& blocks() { return blocks_; }
    [[nodiscard]] const pubsub::topic_index& topics() const { return topics_; }
    [[nodiscard]] const protocol::session_settings& session_settings() const { return session_settings_; }
    /// Once it listens where TLS is spoken.
    [[nodiscard]] net::tls_workspace& tls_workspace() { return *tls_workspace_; }
    /// One more connection of `remote`; if it is one too many, the row says why. `leave_address` if it was counted.
    [[nodiscard]] error enter_address(const net::address& remote, bool& counted);
    void leave_address(const net::address& remote);
    [[nodiscard]] memory_bounds& bounds() { return bounds_; }

    // --- for its connections

    /// One that does not stand on the list yet.
    void settle_later(connection& which);
    /// A number that nobody has had, and whose place on the board is free at this time. For a worker that is not full.
    [[nodiscard]] fd new_number();
    /// Whether another connection has the place by now: so many have come and gone since the number was given.
    [[nodiscard]] bool is_place_taken(fd by) const { return by_place_[place_of(by)] != nullptr; }
    /// Counts a connection that is opening, and has just got its number, among those that have one.
    void add_numbered(connection& which);
    void retire_number(connection& which);
    /// Tells the board of a connection that has just got its number.
    void enter_on_board(connection& which);
    /// The same, of what may have changed since.
    void write_board(const connection& which);
    void forget(connection& which);
    std::uint64_t await_decision(connection& which);
    void stop_awaiting(std::uint64_t ticket) { undecided_.erase(ticket); }
    [[nodiscard]] bool is_full() const { return open_ >= server_.max_connections_per_worker; }
    [[nodiscard]] bool is_leaving() const { return departure_.begun(); }
    [[nodiscard]] bool is_too_much_queued() const { return bounds_.is_too_much_queued(blocks_.lent_bytes()); }
    /// Sends what can be sent; then those whose queues are stuck longest give them up, until the rest is within the
    /// bound. Runs no handler.
    void relieve_backlogs();
    /// Those who have waited longest for a byte give up what they hold. From the loop's turn only.
    void relieve_unfinished();
    /// Some queue is stuck.
    void watch_stuck();
    [[nodiscard]] const std::shared_ptr<worker_gate>& gate() const { return gate_; }
    [[nodiscard]] engine::counters& counts() { return counters_; }

    // --- for its departure

    void stop_accepting();
    /// The handshakes and requests that have not come to anything: they get 503.
    void turn_away_openings();
    void cut_all();

    /// Room for what a connection hands to the loop; used within one call.
    std::array<std::span<const std::byte>, net::loop::max_segments> segments;

    /// The text message that a handler is being told, so that what it pushes of it is not checked again.
    std::string_view text_in_hand;
    /// Whether `data` is whole characters of it.
    [[nodiscard]] bool is_text_in_hand(std::string_view data) const;

  private:
    struct acceptor;
    struct accept_timer final : net::timer {
        explicit accept_timer(worker& of) : owner{of} {}
        void on_expired() override { owner.wait_for_pace(); }
        worker& owner;
    };
    struct stuck_timer final : net::timer {
        explicit stuck_timer(worker& of) : owner{of} {}
        void on_expired() override { owner.end_stuck(); }
        worker& owner;
    };

    void accepted(int connected, const net::address& remote, bool tls);
    [[nodiscard]] worker& taker();
    void take(int connected, const net::address& remote, bool tls);
    void post_outgoing();
    void take_seat();
    void take_group_mail();
    void heed(const group_record& what);
    void hold_listeners();
    void wait_for_pace();
    void settle_unsettled();
    void drop_settled();
    void add_unnumbered(connection& which);
    void remove_unnumbered(connection& which);
    [[nodiscard]] std::size_t connections() const { return unnumbered_.size() + open_; }
    /// The places on the board that have been used.
    [[nodiscard]] std::size_t used_places() const {
        return std::min<std::size_t>(board_.capacity(), counters_.numbers_given.value());
    }
    [[nodiscard]] bool is_over();
    [[nodiscard]] bool has_guests() const { return index_ == 0 && server_.guests_are_connected(); }
    void end_stuck();
    [[nodiscard]] std::size_t place_of(fd which) const {
        return static_cast<std::size_t>(numbers_.ordinal_of(which)) & (board_.capacity() - 1);
    }

    server_state& server_;
    const unsigned index_;
    const unsigned count_;
    const engine::numbering numbers_;
    seat* const seat_;  // in a group; null in a server that is none of its members
    std::unique_ptr<net::loop> loop_;
    net::mailbox mailbox_;
    std::vector<net::mailbox::batch> outgoing_;  // to the others, until the turn ends
    std::atomic<std::size_t> held_{0};
    engine::board board_;
    protocol::block_pool blocks_;
    protocol::shared_frames shared_frames_{blocks_};  // a run of them is of one turn, and one topic
    const pubsub::subscriber* run_for_ = nullptr;     // its subscribers; only to be compared
    protocol::codec_pool codecs_;
    protocol::session_settings session_settings_;  // the server's, with what this thread lends
    std::unique_ptr<net::tls_workspace> tls_workspace_;
    memory_bounds bounds_;
    pubsub::topic_index topics_;
    engine::timers timers_;
    departure departure_;
    engine::counters own_counters_;
    engine::counters& counters_;
    std::shared_ptr<worker_gate> gate_;
    std::atomic<std::thread::id> thread_{};

    std::vector<std::unique_ptr<acceptor>> acceptors_;
    pace accept_pace_;
    net::time_point next_accept_{};  // see pace
    accept_timer accept_{*this};
    stuck_timer stuck_{*this};
    std::vector<connection*> unnumbered_;                       // those that are opening, or linger
    std::unique_ptr<connection*[], void (*)(void*)> by_place_;  // the others, where the board has them
    std::vector<connection*> unsettled_;                        // null: it is gone
    std::size_t settled_ = 0;                                   // so many of them, the first, are done with
    std::unordered_map<std::uint64_t, connection*> undecided_;
    std::uint64_t next_number_ = 0;  // of this worker's, counted from 0
    std::uint64_t next_ticket_ = 1;
    std::size_t open_ = 0;
    bool in_turn_ = false;
    bool ends_ = false;            // by `end`
    bool gone_ = false;            // it has left, and nobody is connected
    std::size_t turned_away_ = 0;  // connections that are only there to be told why
    bool listeners_held_ = false;
    bool waits_for_pace_ = false;
    bool watches_stuck_ = false;  // its timer is armed
    bool relieving_ = false;
};

}  // namespace pushwire::engine
