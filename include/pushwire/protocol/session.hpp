#pragma once
// One connection as a state machine (RFC 6455): bytes and time in, events and bytes out.
//
//            receive / commit / receive_eof          next
//   stream ---------------------------------> session ----> events: request, opened, text, ping, closed, ...
//          <---------------------------------         <---- accept, refuse, send, close, fail
//                   outgoing().gather / consume
//
//   opening --accept--> open --close, or the peer's close frame--> closing --> closed
//      |                  \--a violation, fail------------------------------->/
//      +--refuse, respond with Connection: close---------------------------->/
//
// It makes no system call and knows no socket, clock, thread or source of randomness: time is passed in, masking
// keys are drawn from a source that is passed in. Pongs and the echo of a close frame appear in the output by
// themselves. A violation fails the connection: one `closed` event, and the close frame with the right code in the
// output, so that the peer learns why. After `closed` the session hands out nothing more; the stream then writes
// what is in the output, shuts its write side, and discards input until the peer's end or `deadline()`.
//
// Belongs to one thread.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/compression.hpp>
#include <pushwire/limits.hpp>
#include <pushwire/message.hpp>
#include <pushwire/protocol/codec_pool.hpp>
#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/output.hpp>
#include <pushwire/request.hpp>

namespace pushwire::protocol {

using time_point = std::chrono::steady_clock::time_point;
inline constexpr time_point never = time_point::max();

class assembly;
struct compression_context;
struct outbox;

/// Where a client's session draws its masking keys from; they must not be predictable (RFC 6455 5.3, 10.3).
struct masking_key_source {
    masking_key (*draw)(void* state) = nullptr;
    void* state = nullptr;
};

/// What both ends of a connection agree on about compression (RFC 7692 7.1).
struct deflate_agreement {
    bool in_use : 1 = false;
    bool server_no_context_takeover : 1 = false;
    bool client_no_context_takeover : 1 = false;
    /// Of this end's messages: the peer is bound to inflate each by itself, so one may end with a final block. An end
    /// that keeps no context of its own accord has not told the peer so.
    bool may_send_final : 1 = false;
    std::uint8_t server_window_bits : 4 = 15;
    std::uint8_t client_window_bits : 4 = 15;
};

/// What the sessions of one thread of an endpoint have in common; outlives them.
struct session_settings {
    protocol::role role = role::server;
    pushwire::limits limits = {};
    std::vector<std::string> subprotocols = {};  ///< server: those it speaks, the first one offered is chosen
    masking_key_source masking_keys = {};        ///< client only
    pushwire::compression compression = {};
    codec_pool* codecs = nullptr;  ///< needed if compression is enabled
    /// Once the bytes of one `receive` have inflated to so many, `next` gives others a turn: see `session::rests`. 0: never.
    std::size_t rests_after_inflating = 0;
};

enum class event_type : std::uint8_t {
    none,     ///< nothing more to tell until more bytes or time come
    request,  ///< server: an HTTP request is complete. Answer it: accept, refuse or respond
    opened,   ///< client: the opening handshake succeeded
    text,     ///< a whole message (inflated, if it came compressed), valid UTF-8
    binary,   ///< a whole message
    ping,     ///< its pong is in the output already
    pong,
    text_part,    ///< some of a text message, instead of `text`: see `receive_in_parts`
    binary_part,  ///< some of a binary message
    closed,       ///< once, last: see `outcome()`
};

struct event {
    event_type type = event_type::none;
    /// Payload; valid until the next call of `next`, `receive` or `commit`, here or at another session with these settings.
    std::span<const std::byte> data;
    bool first = false;  ///< of the parts of a message; one that comes in one part has both
    bool last = false;
};

enum class phase : std::uint8_t {
    opening,  ///< HTTP; a server waits for a request, or for the answer to one
    open,     ///< messages flow both ways
    closing,  ///< our close frame is queued or sent, the peer's has not come: its messages are discarded
    closed,   ///< nothing more will be told; the stream lingers until the peer's end (see above)
};

/// The opening handshake as a server answers it, beyond what the protocol fixes.
struct acceptance {
    /// Empty: the first one offered that `session_settings` lists, or none. One that was not offered is not sent.
    std::string subprotocol = {};
    /// Added to the response. Left out: those that the handshake and HTTP's framing set (Upgrade, Connection,
    /// Sec-WebSocket-*, Content-Length, Transfer-Encoding ...), a name that is no token, a value with CR, LF, NUL or
    /// another control character. The same holds for the headers of `client_request`, `refuse` and `respond`.
    header_list headers = {};
};

/// What a client asks for (RFC 6455 4.1).
struct client_request {
    std::string host = {};     ///< of the Host field, with the port where it is not the default
    std::string target = "/";  ///< path and query; what cannot stand in a request line is percent-encoded
    std::vector<std::string> subprotocols = {};  ///< tokens, all different; others are left out
    header_list headers = {};
    std::string key = {};  ///< Sec-WebSocket-Key: 16 random bytes in Base64, drawn by the caller
};

enum class send_result : std::uint8_t {
    accepted,      ///< it is in the output, or waits behind a message in parts
    invalid_text,  ///< text that is not valid UTF-8 is not sent
    not_open,      ///< the opening handshake is not done, or the closing handshake has begun
    busy,          ///< begin_message: a message in parts is under way
    not_begun,     ///< send_part, end_message: none is
};

class session {
  public:
    /// A server's session waits for a request from `now` on; a client's for `open`.
    session(const session_settings& settings, block_pool& blocks, time_point now);
    ~session();
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Client: sends the opening handshake.
    void open(const client_request& request);

    // --- bytes in. After each of these, call `next` until it says `none`.

    /// Takes bytes that were read. They are borrowed and changed in place (unmasked), and must stay until `next`
    /// has said `none`; what is then incomplete has been copied. Not while bytes are left that `next` has not looked at.
    void receive(std::span<std::byte> bytes, time_point now);

    /// Where the stream should read next, while a payload is under way that is longer than what `receive` was
    /// usually given: the free part of that message's own buffer. Empty: read into your own and call `receive`.
    /// The buffer grows with what arrived, never with what a header announces. It stays, whatever is called, until
    /// the `commit` or `receive` that follows.
    [[nodiscard]] std::span<std::byte> destination();
    /// `n` bytes were read into `destination()`; 0 where that read was given up.
    void commit(std::size_t n, time_point now);

    /// The peer has ended its side of the stream, or the stream broke. What `destination()` lent stays lent: if the read
    /// into it is over, `commit(0, now)` comes first.
    void receive_eof(time_point now);

    /// The next event, in the order of the bytes.
    [[nodiscard]] event next();

    /// Whether `next` has said `none` although bytes of the last `receive` are left: inflating a few of them can take long,
    /// and others shall not wait for it. Go on as after a pause, once they have had their turn.
    [[nodiscard]] bool rests() const { return deflate_.in_use && has_inflated_much(); }

    /// The bytes of the last `receive` that `next` has not looked at yet; a stream that stops calling `next` (to pause)
    /// copies them, and passes them to `receive` again later. `take_unread` forgets them.
    [[nodiscard]] std::span<std::byte> take_unread();

    /// The memory held for what is not finished, in bytes: a message or an HTTP request that came in part, or one that
    /// waits for its answer, and what came behind that.
    [[nodiscard]] std::size_t unfinished_bytes() const;
    /// Whether there is any; cheaper to ask.
    [[nodiscard]] bool holds_unfinished() const { return doing_ && unfinished_bytes() != 0; }

    // --- the opening handshake, after event_type::request

    // They, and the four answers, are for a server's session. Bytes that come before the answer are kept, up to
    // `limits::max_header`; after the answer, call `next` until it says `none`. Once the session is closed (the
    // client left, or waited too long) the answers do nothing.

    /// The request, until it is answered. Its connection facts (fd, address, times) are the caller's to fill in.
    [[nodiscard]] const pushwire::request& request() const;
    /// Whether it is a well-formed opening handshake (a plain HTTP request otherwise). One that asks for WebSocket and
    /// is not well-formed never comes out of `next`: it has been refused already.
    [[nodiscard]] bool request_is_handshake() const;

    /// Completes the opening handshake; the session is open. The request's views stay valid until `release_request`.
    void accept(const acceptance& with, time_point now);
    /// Gives up what the client came with. Call it when nobody can ask for it any more.
    void release_request();
    /// Client: the status of the server's answer, 0 before one came. Until `release_request`.
    [[nodiscard]] std::uint16_t response_status() const;
    /// The sub-protocol in use, empty if none. Until `release_request`.
    [[nodiscard]] std::string_view subprotocol() const;
    /// Whether messages may be compressed, and how; from `accept` or `opened` on.
    [[nodiscard]] const deflate_agreement& deflate() const { return deflate_; }
    /// Answers the handshake or request with an error status, a short text body, and closes. Also before there is one.
    void refuse(std::uint16_t status, std::string_view body, const header_list& headers, time_point now);
    /// The same, as the table says.
    void refuse(error why, time_point now);
    /// Answers a plain request. The connection stays for a further request where HTTP allows it, and while no more than
    /// `max_backlog` waits: who asks without reading the answers is closed.
    void respond(const response& answer, time_point now);

    /// From now on messages are handed out in parts, as they come, and are not bounded by `limits::max_message`: nothing of
    /// them is kept but a character that is cut (and, where it is compressed, 40 KiB of inflater). A part has data, but
    /// where it is the last of a message whose end came alone. UTF-8 is checked as it comes, and what is valid before an
    /// error is handed out; a part may end amid a character. Not while a message is under way.
    void receive_in_parts() { in_parts_ = true; }

    // --- frames out, appended to the output; messages wait while one in parts is under way

    send_result send(message_type type, std::span<const std::byte> data, bool check_text = true);
    /// A whole encoded frame, shared by many receivers. A server's only: a client's frames are masked one by one.
    send_result send_shared(const shared_frame& frame);
    /// `data` has at most `max_control_payload` bytes.
    send_result send_ping(std::span<const std::byte> data);

    // A message in parts (RFC 6455 5.4): each part becomes a frame, so it need not fit into memory as a whole. Until it
    // ends, other messages wait behind it (`waiting_bytes`), while control frames pass in between. What says
    // `invalid_text` has done nothing: the message is where it was before.

    /// `check_text` off: the caller answers for its being valid UTF-8.
    send_result begin_message(message_type type, time_point now, bool check_text = true);
    /// A part of a text may end amid a character, which the next one continues. An empty part sends nothing.
    /// The next one, or the end, has to come within `limits::part_time` of when this one has left: otherwise the
    /// connection fails with `error::part_timeout`.
    send_result send_part(std::span<const std::byte> data, time_point now);
    /// The application was told to wait with the next part until what is in the output has left; its time begins then.
    void hold_part_time();
    /// Ends it, not amid a character; the messages that waited behind it go into the output.
    send_result end_message();
    [[nodiscard]] bool is_message_in_parts() const;

    /// Whether a message that is sent now waits before it goes into the output.
    [[nodiscard]] bool holds_messages() const { return holds_messages_; }
    /// The size of the messages that wait to go into the output; `drop_oldest` reaches them too.
    [[nodiscard]] std::size_t waiting_bytes() const { return holds_messages_ ? bytes_in_outbox() : 0; }
    /// All that waits to be sent: in the output, and to go into it.
    [[nodiscard]] std::size_t backlog_bytes() const { return output_.bytes() + waiting_bytes(); }

    /// The frame of a message where its payload lies.
    struct frame_in_place {
        std::array<std::byte, max_frame_header> header;
        std::size_t header_size = 0;  ///< bytes; 0: there is no such frame
        std::span<const std::byte> payload;
    };
    /// Instead of `send`, for a stream that takes a large message from where it lies rather than having it copied into the
    /// output: it is given the header and the payload. There is no such frame where something is to go before the message,
    /// where it goes out compressed, and at a client, whose payload is masked.
    [[nodiscard]] frame_in_place in_place(message_type type, std::span<const std::byte> data) const;
    /// The stream has taken the first `n` bytes of it: the rest is copied into the output. If there is any, its frame is begun,
    /// and not dropped. Before anything else is sent.
    void keep_rest(const frame_in_place& frame, std::size_t n);

    /// Begins the closing handshake (RFC 6455 7.1.2) after what is in the output. A message in parts that has not ended
    /// stays unfinished, and what waits behind it is dropped, since it cannot go before its end. `code` 0: a close frame without a body. A
    /// code that must not be sent (close_code::may_be_sent) goes out as 1011, since it is the application that erred.
    /// A reason is cut to 123 bytes at a character's boundary, and where it is not UTF-8. Nothing happens if the closing
    /// handshake has begun already; in the opening phase it is `fail(error::refused)`.
    void close(std::uint16_t code, std::string_view reason, time_point now);

    /// Fails the connection (RFC 6455 7.1.7): the close frame that the table gives for `why` follows what was sent, of
    /// which a peer that does not read loses the messages not begun; `closed` is told. In the opening phase it refuses.
    /// A row whose close code is 1006 sends nothing, nor, in the opening phase, one without an HTTP status.
    void fail(error why, time_point now);

    [[nodiscard]] output& outgoing() { return output_; }
    [[nodiscard]] const output& outgoing() const { return output_; }
    /// Tells the session that the stream has taken `n` bytes of the output. Not past the session, by the output itself:
    /// how fast the peer reads decides whether each ping is answered, and how long a part may take.
    void consume(std::size_t n, time_point now);
    /// Makes room in the backlog: see `output::drop_oldest`.
    std::size_t drop_oldest(std::size_t wanted, time_point now);
    /// What `drop_oldest` would drop.
    [[nodiscard]] std::size_t droppable(std::size_t wanted) const;
    /// See `output::shrink`.
    void shrink();

    // --- state and time

    [[nodiscard]] protocol::phase phase() const { return phase_; }
    /// After `closed`: how it ended. Also when no `opened` preceded it (a refused handshake). Views as long as the session.
    [[nodiscard]] close_info outcome() const;
    /// Whether the closing handshake or the answer is complete, so that the write side is shut once the output is empty.
    [[nodiscard]] bool done() const { return phase_ == phase::closed; }

    /// When `expire` should be called next; `never` if there is nothing to wait for. It moves later with every byte
    /// that comes, so a timer that fires early only asks again.
    [[nodiscard]] time_point deadline() const;
    /// Time has come to `now`: sends the keep-alive ping, or ends what took too long. Then call `next`.
    void expire(time_point now);
    /// The peer was not silent until `now`, though nothing came of it: it reads what we send. That moves no message on.
    void forgive_silence(time_point now) { since_ = std::max(since_, now); }
    /// The silence until `now` was ours, not the peer's: reading was paused. What it is to send could not come either.
    void forgive_pause(time_point now);
    [[nodiscard]] time_point last_received() const { return last_received_; }

  private:
    struct activity;
    friend class block_pool;  // which lends them
    enum class payload_kind : std::uint8_t;

    [[nodiscard]] activity& needed_activity();
    void release_activity();
    // session_opening.cpp
    event next_opening();
    void hold_unread();
    void append_text(std::string_view http);
    // session_receiving.cpp
    bool take_small_message(event& told);
    event next_other();
    event next_frame();
    bool tell_whole(opcode type, std::span<std::byte> payload, event& told);
    bool begin_frame(frame_header& header);
    [[nodiscard]] error check_frame(const frame_header_parse& parsed) const;
    event take_payload(const frame_header& header);
    void begin_message(assembly& into, const frame_header& header);
    event take_compressed(const frame_header& header, std::span<std::byte> payload);
    event take_payload_under_way();
    event take_part();
    [[nodiscard]] std::span<std::byte> cut_unread(std::uint64_t most);
    event finish_message();
    event tell_message(const assembly& whole);
    event finish_control(opcode code, std::span<const std::byte> payload);
    void finish_closing_handshake(std::span<const std::byte> body);
    // session_sending.cpp
    void append_frame(frame_header header, std::span<const std::byte> payload);
    [[nodiscard]] bool is_to_be_compressed(std::span<const std::byte> payload) const;
    void append_small_frame(std::byte first, std::span<const std::byte> payload);
    void append_message(message_type type, std::span<const std::byte> payload);
    void append_shared(const shared_frame& frame);
    [[nodiscard]] outbox& waiting_room();
    void append_close(std::uint16_t code, std::string_view reason);
    void answer_ping(std::span<const std::byte> payload);
    // session_outbox.cpp
    void append_part(std::span<const std::byte> data, bool last);
    void release_waiting(std::size_t most = std::numeric_limits<std::size_t>::max());
    void after_consumed(std::size_t n, time_point now);
    [[nodiscard]] std::size_t bytes_in_outbox() const;
    void release_outbox();
    // session.cpp
    [[nodiscard]] bool has_inflated_much() const;
    void release_spent();
    void begin_messages(time_point now);
    void end(error why, time_point now);
    event tell_closed();
    [[nodiscard]] time_point part_deadline() const;
    void expire_open(time_point now);
    [[nodiscard]] time_point message_due() const;
    [[nodiscard]] bool is_server() const { return settings_->role == role::server; }
    /// Whether the peer's messages may refer back to those before them, and whether ours may.
    [[nodiscard]] bool keeps_received() const {
        return context_ &&
               !(is_server() ? deflate_.client_no_context_takeover : deflate_.server_no_context_takeover);
    }
    [[nodiscard]] bool keeps_sent() const {
        return context_ &&
               !(is_server() ? deflate_.server_no_context_takeover : deflate_.client_no_context_takeover);
    }
    [[nodiscard]] bool must_wait() const {
        return holds_messages() || (keeps_sent() && output_.bytes() > most_encoded_ahead());
    }
    [[nodiscard]] std::size_t most_encoded_ahead() const;
    [[nodiscard]] std::size_t max_message() const {
        return in_parts_ ? std::numeric_limits<std::size_t>::max() : settings_->limits.max_message;
    }
    [[nodiscard]] std::size_t max_inflated() const {
        const auto& limits = settings_->limits;
        if (in_parts_) return std::numeric_limits<std::size_t>::max();
        return limits.max_inflated != 0 ? limits.max_inflated : limits.max_message;
    }
    [[nodiscard]] time_point silent_since() const { return std::max(since_, last_received_); }

    // An idle session is this object and nothing else: all else is there only while it lasts.
    const session_settings* settings_;
    output output_;
    activity* doing_ = nullptr;  // lent by the output's pool; null while the session is merely open
    std::unique_ptr<compression_context> context_;  // where one is kept

    time_point last_received_;
    time_point since_;  // when the phase began, or the wait for another request; silence counts from here

    protocol::phase phase_ = phase::opening;
    bool ping_sent_ : 1 = false;       // since the last byte came
    bool stuck_ : 1 = false;           // when the stream last took something, something was left to take
    bool in_parts_ : 1 = false;        // messages are handed out as they come
    bool holds_messages_ : 1 = false;  // there is an outbox
    deflate_agreement deflate_;
};

/// One whole message as a server sends it: to be sent to many (`session::send_shared`). If it `is_compressed`, `data` are what
/// RFC 7692 7.2.1 makes of it, and every receiver has agreed to that (see `publication`).
[[nodiscard]] shared_frame encode_message(shared_frames& into, message_type type,
                                          std::span<const std::byte> data, bool is_compressed = false);

/// Whether `text` may be sent as a text message.
[[nodiscard]] bool is_utf8(std::span<const std::byte> text) noexcept;

}  // namespace pushwire::protocol
