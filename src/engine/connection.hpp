#pragma once
// The one seam: a connection is a protocol::session fed from a net::stream. Here bytes become calls of the user's
// handlers, and calls of the user's become bytes; there are no rules of the RFC and no system calls.
//
//   loop -- on_received --> session.receive -> pump: session.next -> handlers
//   loop <-- send ------- write <- session.outgoing <- push, publish, disconnect
//
// Invariants:
//   - Handlers run only from `pump` and `write`, which run only from the loop's turn: never from within a public call.
//   - A connection that was touched from elsewhere stands on its worker's list, and is settled before the loop waits.
//   - `on_close` is told exactly if `on_open` was. The object lives until the loop has let go of the stream.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/protocol/publication.hpp>
#include <pushwire/protocol/session.hpp>
#include <pushwire/server.hpp>

#include "base/assert.hpp"
#include "engine/board.hpp"
#include "engine/memory_bounds.hpp"
#include "net/loop.hpp"
#include "net/proxy_header.hpp"
#include "net/tls_stream.hpp"

namespace pushwire::engine {

class worker;
struct handlers;

/// What became of an opening handshake that the application was asked about.
struct handshake_decision {
    enum class kind : std::uint8_t { none, accept, refuse, accept_and_close };
    kind what = kind::none;
    acceptance with;
    std::uint16_t code = 0;  // HTTP status or close code
    std::string text;        // body or reason
    header_list headers;
};

/// What the fields of a request that do not lie in the session refer to.
struct facts_of_peer {
    std::string address;
    std::optional<tls_facts> tls;
};

/// How a client came, and what it waits for before it is let in.
struct arrival {
    net::address remote;
    std::chrono::system_clock::time_point at;
    std::uint64_t pending_ticket = 0;  // of a handshake that the application has yet to decide
    pushwire::fd promised{};           // its number, which that was told
};

class connection final : public net::stream {
  public:
    connection(worker& owner, const net::address& remote, net::time_point now);
    ~connection() override;

    [[nodiscard]] pushwire::fd fd() const { return fd_; }
    /// Null if there is none. It stays where it is.
    [[nodiscard]] void* user_object() {
        return user_object_is_here_ ? static_cast<void*>(&user_object_) : user_object_;
    }
    /// Open, as `exists` means it: from before `on_open` to before `on_close`.
    [[nodiscard]] bool is_open() const { return told_open_ && !told_closed_; }
    /// It was open; the peer has the closing time to take what is left, and to end its side.
    [[nodiscard]] bool lingers() const { return told_open_ && session_.done(); }
    [[nodiscard]] board::state state() const;

    /// Begins to read; with a context, TLS is spoken.
    void attach(int connected, std::shared_ptr<const net::tls_end> tls);

    // --- what the server is asked to do with it. None of these runs a handler.

    push_result push(std::string_view data, message_type type);
    push_result deliver(protocol::publication& published);
    push_result ping(std::string_view payload);
    part_result begin(message_type type);
    part_result part(std::string_view data);
    part_result end();
    void disconnect(std::uint16_t code, std::string_view reason);
    void pause();
    void resume();
    void decide(const handshake_decision& decision);
    /// The server is going away: answers 503 if it has not opened yet.
    void turn_away();
    /// Fails it as the table says.
    void fail(error why);
    /// Ends it without further ado; `on_close` is still told.
    void cut();

    // --- who is let in (connection_admission.cpp)

    /// It is a trusted proxy's, which says first for whom it speaks.
    void expect_proxy_header();
    /// Answers it with the status that the table says, whatever it asks for.
    void refuse_unasked(error why);

    // --- to keep the server within its bounds (connection_memory.cpp)

    /// What some connections have for a while; an idle one has none.
    struct extras : memory_holder {
        explicit extras(connection& of) : owner{of} {}
        connection& owner;
        std::optional<arrival>
            came;  // while the board does not have it: until it is open, and once it has closed
        std::vector<std::byte> held;  // what was read before a pause, or before the session rests
        std::unique_ptr<net::proxy_header> proxy_header;  // that is still to come
        net::time_point next_message{};                   // see pace; only where messages are held to one
    };
    /// Gives the loop what waits, until it takes no more. Runs no handler.
    void hand_over();
    /// Gives up its queue, by degrees: at first what is not begun, with a close frame as the table says for `why`; the
    /// second time all of it, and the connection. Runs no handler.
    void give_up_queue(error why);
    /// Gives up what it holds unfinished, and tells its end. From the loop's turn only.
    void give_up_unfinished();

    /// Hands out what became due outside of its own reading, and writes. From the loop's turn only.
    void settle();
    /// Puts it on its worker's list; not needed while the turn is with it.
    void settle_later() {
        if (!in_hand_ && unsettled_place_ == 0) stand_in_line();
    }
    /// (Re-)arms the timer if the session's deadline has come nearer.
    void arm_deadline();

    // --- what the loop tells
    std::span<std::byte> destination() override;
    void on_received(std::span<std::byte> bytes) override;
    void on_committed(std::size_t n) override;
    void on_received_eof() override;
    void on_writable() override;
    void on_failed(std::error_code why) override;
    void on_closed() override;
    void on_expired() override;

  private:
    friend class worker;

    void stand_in_line();
    void pump();
    void finish();
    void hold_unread();
    void rest();
    [[nodiscard]] bool holds_unread() const { return extras_ && !extras_->held.empty(); }
    void answer_request();
    void answer_handshake(const handlers& served_by);
    void answer_plain(const handlers& served_by);
    [[nodiscard]] std::span<std::byte> read_proxy_header(std::span<std::byte> bytes);
    [[nodiscard]] net::address client() const;
    /// Where the board does not have it.
    [[nodiscard]] arrival& came() const {
        std::optional<arrival>& its = extras_->came;
        PUSHWIRE_ASSERT(its.has_value());
        return *its;
    }
    [[nodiscard]] bool awaits_decision() const {
        const extras* const its = extras_.get();
        return its && its->came && its->came->pending_ticket != 0;
    }
    void stop_awaiting();
    [[nodiscard]] error judge_client();
    [[nodiscard]] error judge_origin() const;
    [[nodiscard]] bool keeps_pace();
    [[nodiscard]] bool is_in_time();
    void ask_handler(const handlers& served_by);
    void accept(const acceptance& with);
    void tell_message(const protocol::event& event);
    void tell_part(const protocol::event& event);
    void tell_control(const protocol::event& event);
    void tell_closed();
    [[nodiscard]] pushwire::request request_for_handlers(facts_of_peer& facts);

    push_result admit(std::size_t frame_bytes);
    push_result admit_behind(std::size_t frame_bytes);
    [[nodiscard]] bool fits(std::size_t frame_bytes) const;
    push_result make_room(std::size_t frame_bytes);
    push_result relieve();
    bool send_in_place(message_type type, std::span<const std::byte> data);
    part_result leaves();
    void write();
    void tell_drained();
    void leave_if_done();
    void pause_reading();
    void read_on();
    void resume_reading();
    void shut_stream();
    void close_stream();
    void note_queue(std::size_t taken);
    void note_unfinished();
    extras& needed_extras();
    void release_extras();
    void make_user_object();
    void destroy_user_object();

    template <class Call>
    bool call_handler(std::string_view where, Call&& call);

    // An idle connection is this object, its slot on the board, and its timer: what only some need for a while is among
    // the extras. The order leaves no gaps.
    std::uint32_t place_ = 0;  // among the worker's connections without a number
    worker& worker_;
    protocol::session session_;
    std::unique_ptr<net::tls_stream> tls_;  // between the loop and this; null where plain TCP is spoken
    const handlers* handlers_ = nullptr;
    pushwire::fd fd_;
    void* user_object_ = nullptr;  // what it points to; or the object itself, if it is as small
    net::time_point armed_ = net::never;
    std::unique_ptr<extras> extras_;
    std::uint32_t unsettled_place_ = 0;  // on the worker's list, plus one; 0: not there

    bool user_object_is_here_ : 1 = false;
    bool in_hand_ : 1 = false;  // the loop's turn is with it, and ends with `finish`
    bool sending_ : 1 = false;  // the loop has not taken all of the last `send`
    bool told_open_ : 1 = false;
    bool told_closed_ : 1 = false;
    bool paused_ : 1 = false;
    bool rests_ : 1 = false;       // until the next turn
    bool owes_drain_ : 1 = false;  // a push was queued or refused
    bool owes_room_ : 1 = false;   // a part was
    bool write_shut_ : 1 = false;
    bool peer_ended_ : 1 = false;
    bool broken_ : 1 = false;
    bool closing_stream_ : 1 = false;
    bool counted_ : 1 = false;      // among the connections of its address
    bool turned_away_ : 1 = false;  // by `refuse_unasked`
};

}  // namespace pushwire::engine
