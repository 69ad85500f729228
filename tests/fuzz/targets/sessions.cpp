// A client's and a server's session, back to back over a link that delivers in pieces, while both are told to send, ping,
// close and fail, and time passes. They must never find fault with each other; what one accepted arrives once, whole, in
// order; and each reports the close code that the other put into its frame.
//
//   byte 0   limits; byte 1: compression; byte 2: how reads are cut
//   then     operations: a byte (bits 0 to 3: which; bit 7: by the server), and what belongs to it

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pushwire/protocol/publication.hpp>
#include <pushwire/protocol/session.hpp>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;
using bytes = std::vector<std::byte>;

struct sent_message {
    event_type type;
    bytes data;

    friend bool operator==(const sent_message&, const sent_message&) = default;
};

constexpr std::size_t most_in_small_pieces = 4096;  // bytes
constexpr std::size_t least_of_many = 701;          // bytes

/// Those that all inputs share, as the sessions of a thread do: nothing of one reaches the next.
codec_pool& shared_codecs() {
    static codec_pool shared;
    return shared;
}

/// One end, and what it has on its way to the other.
class side {
  public:
    side(role role, const limits& limits, const compression& wanted, time_point now)
        : settings_{.role = role,
                    .limits = limits,
                    .masking_keys = {draw, &keys_},
                    .compression = wanted,
                    .codecs = &shared_codecs()},
          session_{settings_, blocks_, now} {}

    session& its_session() { return session_; }
    [[nodiscard]] const session& its_session() const { return session_; }

    std::vector<sent_message> accepted{};
    std::vector<sent_message> received{};
    std::optional<std::size_t> in_parts{};  ///< which of the accepted has not ended
    std::vector<bytes> pings{};             ///< sent by call, with a payload
    std::vector<bytes> pongs{};             ///< received, with a payload
    bool failed_by_call = false;
    bool closed_by_call = false;
    bool told_closed = false;
    bool eof_told = false;

    void send(message_type type, bytes data) {
        const auto result = session_.send(type, data);
        FUZZ_CHECK((result == send_result::not_open) == (session_.phase() != phase::open));
        if (result == send_result::accepted) accepted.push_back({event_of(type), std::move(data)});
    }

    /// Who publishes a text has checked it.
    void publish(message_type type, bytes data) {
        if (!is_utf8(data)) type = message_type::binary;
        publication published{shared_, settings_, type, data};
        const auto result = session_.send_shared(published.frame_for(session_));
        if (data.size() % 2 != 0) shared_.end_run();
        FUZZ_CHECK((result == send_result::not_open) == (session_.phase() != phase::open));
        if (result == send_result::accepted) accepted.push_back({event_of(type), std::move(data)});
    }

    void begin(message_type type, time_point now) {
        const auto result = session_.begin_message(type, now);
        FUZZ_CHECK(result == (session_.phase() != phase::open ? send_result::not_open
                              : in_parts                      ? send_result::busy
                                                              : send_result::accepted));
        if (result != send_result::accepted) return;
        in_parts = accepted.size();
        accepted.push_back({event_of(type), {}});
    }

    void part(const bytes& data, time_point now) {
        const auto result = session_.send_part(data, now);
        check_continued(result);
        if (result != send_result::accepted) return;
        auto& message = accepted[*in_parts].data;
        message.insert(message.end(), data.begin(), data.end());
    }

    void end_message() {
        const auto result = session_.end_message();
        check_continued(result);
        if (result == send_result::accepted) in_parts.reset();
    }

    void ping(bytes data) {
        if (session_.send_ping(data) == send_result::accepted && !data.empty())
            pings.push_back(std::move(data));
    }

    /// Takes up to `most` bytes of the output onto the link.
    void write(std::size_t most, time_point now) {
        std::array<std::span<const std::byte>, 16> segments;
        std::size_t taken = 0;
        for (const auto segment : std::span{segments}.first(session_.outgoing().gather(segments))) {
            const auto part = segment.first(std::min(segment.size(), most - taken));
            link_.insert(link_.end(), part.begin(), part.end());
            taken += part.size();
        }
        session_.consume(taken, now);
    }

    /// Delivers up to `most` bytes of the link to `other`.
    void deliver(side& other, std::size_t most, cuts& cut, time_point now) {
        for (auto left = std::min(most, link_.size() - delivered_); left != 0;) {
            // Small pieces are for what is short: a read has its price here.
            auto size =
                left > most_in_small_pieces ? std::max(cut.next(left), least_of_many) : cut.next(left);
            const auto room = other.session_.destination();
            if (room.empty()) {
                // A buffer of its exact size that ends with the read.
                const auto buffer = std::make_unique<std::byte[]>(size);
                take(buffer.get(), size);
                other.session_.receive({buffer.get(), size}, now);
                other.read_events(now);
            } else {
                size = std::min(size, room.size());
                take(room.data(), size);
                other.session_.commit(size, now);
                other.read_events(now);
            }
            left -= size;
        }
    }

    [[nodiscard]] bool nothing_on_its_way() const {
        if (link_.size() != delivered_ || !session_.outgoing().empty()) return false;
        FUZZ_CHECK(session_.waiting_bytes() == 0 || session_.is_message_in_parts());
        return true;
    }
    void lose_link() {
        link_.clear();
        delivered_ = 0;
    }

    void read_events(time_point now) {
        for (;;) {
            const auto event = session_.next();
            if (event.type == event_type::none) break;
            FUZZ_CHECK(!told_closed);
            const bytes data(event.data.begin(), event.data.end());
            switch (event.type) {
                case event_type::request:
                    session_.accept({}, now);
                    break;
                case event_type::text:
                case event_type::binary:
                    received.push_back({event.type, data});
                    break;
                case event_type::pong:
                    if (!data.empty()) pongs.push_back(data);
                    break;
                case event_type::closed:
                    told_closed = true;
                    break;
                default:
                    break;
            }
        }
        FUZZ_CHECK(session_.done() == told_closed);
        // With the head that it came with, which nobody gives up here, and what inflates a message.
        const auto& limits = settings_.limits;
        const auto inflater = settings_.compression.enabled ? std::size_t{40} << 10 : 0;
        const auto head = 2 * (limits.max_header + limits.max_header_fields * sizeof(header_field));
        FUZZ_CHECK(session_.unfinished_bytes() <= limits.max_message + inflater + head + 4096);
    }

  private:
    static event_type event_of(message_type type) {
        return type == message_type::text ? event_type::text : event_type::binary;
    }

    /// Text that is not valid is not taken; for the rest, `result` says where the session is.
    void check_continued(send_result result) const {
        FUZZ_CHECK((result == send_result::not_open) == (session_.phase() != phase::open));
        if (result == send_result::not_open) return;
        FUZZ_CHECK((result == send_result::not_begun) == !in_parts);
        FUZZ_CHECK(result != send_result::invalid_text || accepted[*in_parts].type == event_type::text);
    }

    static masking_key draw(void* state) {
        auto& drawn = *static_cast<std::uint32_t*>(state);
        drawn = drawn * 1664525u + 1013904223u;
        return {static_cast<std::byte>(drawn >> 24), static_cast<std::byte>(drawn >> 16),
                static_cast<std::byte>(drawn >> 8), std::byte{7}};
    }

    void take(std::byte* to, std::size_t size) {
        std::memcpy(to, link_.data() + delivered_, size);
        delivered_ += size;
        if (delivered_ == link_.size()) lose_link();
    }

    std::uint32_t keys_ = 1;
    session_settings settings_;
    block_pool blocks_;
    shared_frames shared_{blocks_};
    session session_;
    bytes link_;
    std::size_t delivered_ = 0;  // bytes of the link that have arrived
};

limits limits_from(std::uint8_t flags) {
    limits result;
    constexpr std::size_t largest[] = {std::size_t{16} << 20, 200, 5000, 100'000};
    result.max_message = largest[flags & 3];
    if ((flags & 4) != 0) result.idle_timeout = std::chrono::milliseconds{0};
    if ((flags & 8) != 0) result.ping_after = std::chrono::milliseconds{100};
    return result;
}

/// Bits: 0, it is on; 1 and 2, the server and the client keep context; 3, small windows.
compression compression_from(std::uint8_t flags) {
    const int bits = (flags & 8) != 0 ? 9 : 15;
    return {.enabled = (flags & 1) != 0,
            .threshold = 8,
            .server_no_context_takeover = (flags & 2) == 0,
            .client_no_context_takeover = (flags & 4) == 0,
            .server_max_window_bits = bits,
            .client_max_window_bits = bits};
}

class play {
  public:
    explicit play(byte_source source)
        : source_{source},
          limits_{limits_from(source_.u8())},
          compression_{compression_from(source_.u8())},
          cut_{source_.u8()},
          server_{role::server, limits_, compression_, now_},
          client_{role::client, limits_, compression_, now_} {
        client_.its_session().open({.host = "h", .key = "dGhlIHNhbXBsZSBub25jZQ=="});
        settle();
        for (auto* const side : {&server_, &client_}) {
            FUZZ_CHECK(side->its_session().phase() == phase::open);
            FUZZ_CHECK(side->its_session().deflate().in_use == compression_.enabled);
        }
    }

    void run() {
        while (!source_.empty()) step();
        end();
        check(server_, client_);
        check(client_, server_);
    }

  private:
    enum class operation : std::uint8_t {
        text,
        binary,
        large,
        ping,
        close,
        fail,
        write,
        deliver,
        both,
        pass,
        break_link,
        begin,
        part,
        end,
        publish
    };

    void step() {
        const auto which = source_.u8();
        auto& self = (which & 0x80) != 0 ? server_ : client_;
        auto& other = (which & 0x80) != 0 ? client_ : server_;
        switch (static_cast<operation>(which & 0xf)) {
            using enum operation;
            case text:
                self.send(message_type::text, data());
                break;
            case binary:
                self.send(message_type::binary, data());
                break;
            case large: {
                const std::size_t size = source_.u8() * std::size_t{1000};
                if (large_ + size > most_large) break;
                large_ += size;
                self.send(message_type::text, bytes(size, std::byte{'x'}));
                break;
            }
            case ping: {
                auto payload = data();
                payload.resize(std::min(payload.size(), max_control_payload));
                self.ping(std::move(payload));
                break;
            }
            case close: {
                const auto code = source_.u16();
                const auto reason = data();
                self.its_session().close(code, as_text(reason), now_);
                self.closed_by_call = true;
                break;
            }
            case fail:
                self.its_session().fail(static_cast<error>(1 + source_.u8() % (error_count - 1)), now_);
                self.failed_by_call = true;
                break;
            case write:
                self.write(source_.u16(), now_);
                break;
            case deliver:
                self.deliver(other, source_.u16(), cut_, now_);
                break;
            case both:
                settle();
                break;
            case pass:
                pass_time(std::chrono::milliseconds{source_.u16()});
                break;
            case break_link:
                link_broken_ = true;
                self.lose_link();
                tell_eof(other);
                break;
            case begin:
                self.begin(type(), now_);
                break;
            case part:
                self.part(data(), now_);
                break;
            case end:
                self.end_message();
                break;
            case publish: {
                const auto of = type();
                auto what = data();
                // A client sends to one alone.
                if (&self == &server_)
                    self.publish(of, std::move(what));
                else
                    self.send(of, std::move(what));
                break;
            }
        }
        self.read_events(now_);
    }

    message_type type() { return (source_.u8() & 1) != 0 ? message_type::binary : message_type::text; }

    bytes data() {
        const auto taken = source_.take(source_.u8());
        return {taken.begin(), taken.end()};
    }

    void pass_time(std::chrono::milliseconds time) {
        now_ += time;
        for (auto* const side : {&server_, &client_}) {
            auto& session = side->its_session();
            if (!side->told_closed && session.deadline() <= now_) {
                session.expire(now_);
                timed_ = true;
                side->read_events(now_);
            }
        }
    }

    void tell_eof(side& to) {
        if (std::exchange(to.eof_told, true)) return;
        to.its_session().receive_eof(now_);
        to.read_events(now_);
    }

    /// Everything that is on its way arrives.
    void settle() {
        constexpr std::size_t all = static_cast<std::size_t>(-1);
        for (int turns = 0; !server_.nothing_on_its_way() || !client_.nothing_on_its_way(); ++turns) {
            FUZZ_CHECK(turns < 10'000);
            for (auto* const from : {&server_, &client_}) {
                auto& to = from == &server_ ? client_ : server_;
                from->write(all, now_);
                // A side that has seen the end of the stream sees nothing more.
                if (to.eof_told) from->lose_link();
                from->deliver(to, all, cut_, now_);
            }
        }
    }

    /// Who is closed shuts its side once its output has left; in the end both are closed.
    void end() {
        for (auto* const side : {&server_, &client_}) {
            if (side->in_parts) side->end_message();
        }
        settle();
        if (!server_.told_closed && !client_.told_closed) {
            ended_open_ = true;
            client_.its_session().close(1000, "bye", now_);
            client_.closed_by_call = true;
            settle();
        }
        for (auto* const side : {&server_, &client_}) {
            if (side->told_closed) tell_eof(side == &server_ ? client_ : server_);
        }
        FUZZ_CHECK(server_.told_closed && client_.told_closed);
    }

    /// What `to` was told is what `from` did.
    void check(const side& from, const side& to) const {
        FUZZ_CHECK(to.received.size() <= from.accepted.size());
        FUZZ_CHECK(std::equal(to.received.begin(), to.received.end(), from.accepted.begin()));

        const auto sender = from.its_session().outcome();
        const auto receiver = to.its_session().outcome();
        if (!from.failed_by_call && !to.failed_by_call) {
            for (const auto& outcome : {sender, receiver}) {
                const auto family = describe(outcome.why).family;
                FUZZ_CHECK(family != error_family::protocol && family != error_family::payload &&
                           family != error_family::opening);
            }
        }
        if (receiver.code != close_code::abnormal) FUZZ_CHECK(receiver.code == sender.sent_code);

        // Nothing went wrong, and the receiver did not stop listening: all has come, but for a message that has no end and
        // what waited behind it.
        const bool undisturbed = !link_broken_ && !timed_ && !from.failed_by_call && !to.failed_by_call &&
                                 !was_too_big(sender) && !was_too_big(receiver);
        if (!undisturbed) return;
        FUZZ_CHECK(receiver.code == sender.sent_code);
        const bool listened = ended_open_ || !to.closed_by_call;
        if (listened) FUZZ_CHECK(to.received.size() == from.in_parts.value_or(from.accepted.size()));
        if (ended_open_) check_pongs(from);
    }

    static bool was_too_big(const close_info& outcome) {
        return outcome.why == error::message_too_big || outcome.why == error::inflated_too_big;
    }

    /// Pongs come in the order of their pings, though not for each.
    static void check_pongs(const side& from) {
        auto at = from.pings.begin();
        for (const auto& pong : from.pongs) {
            at = std::find(at, from.pings.end(), pong);
            FUZZ_CHECK(at != from.pings.end());
            ++at;
        }
    }

    static constexpr std::size_t most_large = 400'000;

    byte_source source_;
    limits limits_;
    compression compression_;
    cuts cut_;
    time_point now_{std::chrono::hours{1}};
    side server_;
    side client_;
    std::size_t large_ = 0;
    bool link_broken_ = false;
    bool timed_ = false;
    bool ended_open_ = false;
};

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    play{byte_source{{data, size}}}.run();
    return 0;
}
