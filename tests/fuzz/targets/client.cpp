// The client above its session: any bytes that a server may send, before, amid and behind its answer to the opening
// handshake, with calls, time and ends between; on a loop that is not the kernel's.
//
//   byte 0   what the client and its handlers are like: see `habit`
//   byte 1   what its loop is like: bit 0, completions
//   then     a client's conversation: see support/script.hpp. What a server must compute from the client's key, the script
//            has for the key of the RFC; it is put right on the way.

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <pushwire/client.hpp>

#include "engine/client_state.hpp"
#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "fuzz/support/script.hpp"
#include "fuzz/support/sent_stream.hpp"
#include "protocol/opening_handshake.hpp"
#include "support/played_loop.hpp"
#include "transcripts/endpoint.hpp"

namespace pushwire::fuzz {
namespace {

using namespace std::chrono_literals;
using support::played_loop;
using transcripts::bytes;

enum habit : unsigned {
    reconnects = 1,
    acts = 2,          // its handlers push, ping and close
    throws = 4,        // they throw
    drops_oldest = 8,  // what waits
    refused_first = 16,
    connects_late = 32,        // with the first input; otherwise before the first step
    closes_on_bytes = 64,      // when a byte 'Z' comes
    closes_amid_opening = 128  // from its turn, before the server's answer
};

constexpr std::string_view known_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view greeting = "log in";

/// What has been told and promised.
struct ledger {
    unsigned attempts = 0;
    unsigned told_of_attempt = 0;  // on_open, or on_failure
    unsigned opened = 0;
    unsigned closed = 0;
    bool closed_by_us = false;
    std::vector<sent_message> taken;  // pushed, and not refused
    std::size_t largest = 0;
    bool clean = false;  // the last connection ended by our close, answered

    [[nodiscard]] bool is_open() const { return opened != closed; }
};

bytes to_bytes(std::string_view text) {
    const auto all = std::as_bytes(std::span{text});
    return {all.begin(), all.end()};
}

class player {
  public:
    player(unsigned habits, bool completions, script of)
        : habits_{habits},
          script_{std::move(of)},
          cut_{script_.way.seed},
          client_{"ws+unix:/server:/chat", options_of(habits, script_.setup)} {
        auto& state = engine::client_state::of(client_);
        auto made = std::make_unique<played_loop>(state.loop->now());
        loop_ = made.get();
        loop_->completions = completions;
        if (script_.way.writes_partly) loop_->takes_of = [this](std::size_t most) { return random(0, most); };
        state.stand_on(std::move(made));
        state.begin_to_connect = [this](const net::remote_place&) { return begin_to_connect(); };
        listen_to(client_);
    }

    void play() {
        turn();
        if ((habits_ & connects_late) == 0) reach_server();
        for (const auto& step : script_.steps) std::visit(*this, step.what);
        finish();
    }

    // --- steps

    void operator()(const transcripts::input& input) {
        reach_server();
        feed(input.data);
    }
    void operator()(const transcripts::end_of_input&) {
        happen([](auto& which) {
            if (!which.ended && !which.failed) played_loop::end_input(which);
        });
    }
    void operator()(const transcripts::passage& passage) {
        pass(std::min<std::chrono::milliseconds>(passage.time, 600s));
    }
    void operator()(const transcripts::send_message& action) {
        if (action.shared) return;
        push({reinterpret_cast<const char*>(action.data.data()), action.data.size()}, action.type);
        turn();
    }
    void operator()(const transcripts::send_ping& action) {
        client_.ping({reinterpret_cast<const char*>(action.data.data()), action.data.size()});
        turn();
    }
    void operator()(const transcripts::begin_close& action) {
        close(action.code, action.reason);
        turn();
    }
    void operator()(const transcripts::fail_with&) {
        broken_ = true;
        happen([](auto& which) {
            if (!which.failed) played_loop::fail(which, std::make_error_code(std::errc::connection_reset));
        });
    }
    void operator()(const transcripts::hold&) { make_room(0); }
    void operator()(const transcripts::flow&) { make_room(played_loop::all); }
    void operator()(const transcripts::take& action) { make_room(action.size); }
    template <class Step>
    void operator()(const Step&) {}

  private:
    static client_options options_of(unsigned habits, const transcripts::setup& setup) {
        client_options with;
        with.subprotocols = setup.request.subprotocols;
        with.headers = setup.request.headers;
        with.compression = setup.compression;
        with.limits = setup.limits;
        with.io = io_backend::epoll;
        if ((habits & drops_oldest) != 0) with.limits.when_backlog_full = backlog_policy::drop_oldest;
        with.reconnect = {.enabled = (habits & reconnects) != 0, .max_attempts = 4};
        return with;
    }

    void listen_to(client& tested) {
        tested.on_request([this](client& self, opening_request& asked) {
            FUZZ_CHECK(!told_.closed_by_us && !told_.is_open());
            FUZZ_CHECK(told_.attempts == told_.told_of_attempt);
            ++told_.attempts;
            asked.target = script_.setup.request.target;
            if ((habits_ & acts) != 0) push("asked", message_type::text);
            FUZZ_CHECK(!self.is_open());
        });
        tested.on_open([this](client& self, const opening& how) {
            FUZZ_CHECK(!told_.closed_by_us && !told_.is_open() && self.is_open());
            ++told_.told_of_attempt;
            ++told_.opened;
            FUZZ_CHECK(told_.attempts == told_.told_of_attempt);
            const auto& asked = script_.setup.request.subprotocols;
            FUZZ_CHECK(how.subprotocol.empty() || std::ranges::find(asked, how.subprotocol) != asked.end());
            FUZZ_CHECK(!how.compressed || script_.setup.compression.enabled);
            note_agreement();
            if ((habits_ & acts) != 0) (void)self.push(greeting, message_type::binary);
            if ((habits_ & throws) != 0 && how.attempt > 1) throw std::runtime_error{"on_open"};
        });
        tested.on_message([this](client& self, const message& told) {
            FUZZ_CHECK(told_.is_open() && self.is_open() && !told_.closed_by_us);
            const auto& limits = script_.setup.limits;
            FUZZ_CHECK(told.data.size() <= std::max(limits.max_message, limits.max_inflated));
            if ((habits_ & throws) != 0 && told.data.starts_with('t')) throw std::runtime_error{"on_message"};
            if ((habits_ & acts) == 0) return;
            push(told.data, told.type);
            if (told.data.starts_with('c')) close(1000, told.data);
        });
        tested.on_pong([this](client& self, std::string_view data) {
            FUZZ_CHECK(told_.is_open() && self.is_open());  // a pong may still come while it closes
            FUZZ_CHECK(data.size() <= protocol::max_control_payload);
            if ((habits_ & acts) != 0) self.ping(data);
        });
        tested.on_drain([this](client& self) {
            FUZZ_CHECK(told_.is_open() && self.queued_bytes() == 0);
            if ((habits_ & acts) != 0) push("drained", message_type::text);
        });
        tested.on_close([this](client& self, const close_info& how) {
            FUZZ_CHECK(told_.is_open() && !self.is_open());
            ++told_.closed;
            told_.clean = how.why == error::none && !how.began_by_peer;
            if ((habits_ & acts) != 0) push("closed", message_type::text);
            if ((habits_ & throws) != 0) throw std::runtime_error{"on_close"};
        });
        tested.on_failure([this](client& self, const connect_failure& why) {
            FUZZ_CHECK(!told_.closed_by_us && !told_.is_open() && !self.is_open());
            ++told_.told_of_attempt;
            FUZZ_CHECK(told_.attempts == told_.told_of_attempt);
            FUZZ_CHECK(why.why != error::none && !why.text.empty());
            if ((habits_ & throws) != 0) throw std::runtime_error{"on_failure"};
            if ((habits_ & acts) != 0 && why.attempt == 3) close(1000, {});
        });
        tested.on_bytes([this](client&, bool sent, std::string_view data) {
            if ((habits_ & closes_on_bytes) != 0 && !sent && data.contains('Z')) close(4000, "Z");
            if ((habits_ & (throws | closes_on_bytes)) == (throws | closes_on_bytes) && data.contains('Y'))
                throw std::runtime_error{"on_bytes"};
        });
        tested.on_error([this](client&, const error_report&) { FUZZ_CHECK((habits_ & throws) != 0); });
    }

    // --- calls

    void push(std::string_view data, message_type type) {
        const auto said = client_.push(data, type);
        FUZZ_CHECK((said == push_result::invalid_text) ==
                   (type == message_type::text && !told_.closed_by_us && said != push_result::closing &&
                    !protocol::is_utf8(std::as_bytes(std::span{data}))));
        FUZZ_CHECK(!told_.closed_by_us || said == push_result::closing);
        if (said != push_result::accepted && said != push_result::queued) return;
        told_.taken.push_back({.type = type, .data = to_bytes(data)});
        told_.largest = std::max(told_.largest, data.size());
    }

    void close(std::uint16_t code, std::string_view reason) {
        told_.closed_by_us = true;
        client_.close(code, reason);
    }

    // --- the server, and the network

    net::connecting begin_to_connect() {
        constexpr int no_descriptor = 1'000'000;  // which nobody may hand to the kernel
        if ((habits_ & refused_first) != 0 && told_.attempts == 1)
            return {{}, std::make_error_code(std::errc::connection_refused)};
        agreements_.emplace_back();
        return {net::unique_descriptor{no_descriptor}, {}};
    }

    /// There is a connection, open if the script does not show how it is opened; unless there will be none any more.
    void reach_server() {
        for (int waits = 0; !over_ && !loop_->newest() && waits < 10; ++waits) {
            if (loop_->earliest() == net::never) return;
            loop_->move_clock(loop_->earliest());
            turn();
        }
        auto* const which = loop_->newest();
        if (!which || !which->connecting) return;
        if (!script_.setup.opening && which->takes == 0) which->takes = played_loop::all;
        happen([](auto& at) { played_loop::connect(at); });
        if ((habits_ & closes_amid_opening) != 0) close(1001, "amid");
        if (script_.setup.opening) return;
        for (const auto& step : usual_opening().steps) {
            if (const auto* const input = std::get_if<transcripts::input>(&step.what)) feed(input->data);
        }
    }

    const transcripts::transcript& usual_opening() {
        if (!opening_) opening_ = transcripts::implied_opening(script_.setup);
        return *opening_;
    }

    /// Until the client has had enough.
    void feed(bytes data) {
        put_right(data);
        std::span<const std::byte> rest{data};
        while (!rest.empty() && !over_) {
            auto* const which = loop_->newest();
            if (!which || which->connecting || which->ended || which->failed) return;
            const auto most = next_size(rest.size());
            happen([&](auto& at) {
                rest = rest.subspan(loop_->receive(at, rest, most, script_.way.uses_destination));
            });
        }
    }

    std::size_t next_size(std::size_t left) {
        switch (script_.way.cutting) {
            case transcripts::cutting::singly:
                return left > 4096 ? random(1, left) : 1;
            case transcripts::cutting::random:
                return random(1, std::min<std::size_t>(left, random(0, 1) == 0 ? 4096 : 12));
            case transcripts::cutting::as_written:
            case transcripts::cutting::joined:
                break;
        }
        return left;
    }

    /// The answer to the RFC's key becomes that to the client's.
    void put_right(bytes& data) const {
        constexpr std::string_view field = "\r\nSec-WebSocket-Key: ";
        const auto at = as_text(data).find(known_accept);
        const auto* const which = loop_->newest();
        if (at == std::string_view::npos || !which) return;
        const auto sent = as_text(which->sent);
        const auto key = sent.find(field);
        if (key == std::string_view::npos || sent.size() < key + field.size() + 24) return;
        const auto accept = protocol::accept_key(sent.substr(key + field.size(), 24));
        std::ranges::copy(to_bytes(accept), data.begin() + static_cast<std::ptrdiff_t>(at));
    }

    void make_room(std::size_t room) {
        happen([&](auto& which) { played_loop::make_room(which, room); });
    }

    std::size_t random(std::size_t low, std::size_t high) {
        return std::uniform_int_distribution<std::size_t>{low, high}(cut_);
    }

    // --- time

    void happen(std::function<void(played_loop::socket&)> what) {
        loop_->happen(std::move(what));
        turn();
    }

    void turn() {
        turn_once();
        // A stream that took a part takes more in the next turns.
        for (auto* which = loop_->newest(); which && which->pending && which->takes != 0 && !which->failed;
             which = loop_->newest()) {
            loop_->happen([](auto& at) { played_loop::make_room(at, at.takes); });
            turn_once();
        }
    }

    void turn_once() {
        over_ = !client_.run_once(0ms);
        FUZZ_CHECK(told_.opened <= told_.attempts && told_.opened - told_.closed <= 1);
        FUZZ_CHECK(client_.is_open() == told_.is_open());
        check_memory();
    }

    void pass(std::chrono::milliseconds time) {
        const auto until = loop_->time() + time;
        for (int turns = 0; !over_ && loop_->earliest() <= until; ++turns) {
            if (turns == most_turns) return;  // a keep-alive of a millisecond
            loop_->move_clock(loop_->earliest());
            turn();
        }
        loop_->move_clock(until);
    }

    // --- what must hold

    void note_agreement() {
        auto* const which = loop_->newest();
        FUZZ_CHECK(which);
        const auto& session = static_cast<engine::client_link*>(which->who)->session();
        agreements_.back() = {.opened = true, .deflate = session.deflate()};
    }

    void check_memory() {
        auto& state = engine::client_state::of(client_);
        const auto& limits = script_.setup.limits;
        constexpr std::size_t ahead = std::size_t{64} << 10;
        constexpr std::size_t frames = 4096;  // control frames and headers
        FUZZ_CHECK(client_.queued_bytes() <=
                   std::max(limits.max_backlog, told_.largest + protocol::max_frame_header));
        for (const auto& each : loop_->sockets()) {
            if (!each->who) continue;
            const auto& session = static_cast<engine::client_link*>(each->who)->session();
            FUZZ_CHECK(session.unfinished_bytes() <= transcripts::most_unfinished(state.session_settings));
            FUZZ_CHECK(session.backlog_bytes() <= ahead + told_.largest + limits.max_header +
                                                      std::max(limits.max_backlog, told_.largest) + frames +
                                                      request_size());
        }
    }

    /// What the client itself asks for in its opening handshake.
    [[nodiscard]] std::size_t request_size() const {
        const auto& request = script_.setup.request;
        auto size = 3 * request.target.size();
        for (const auto& each : request.subprotocols) size += each.size() + 2;
        for (const auto& [name, value] : request.headers) size += name.size() + value.size() + 4;
        return size;
    }

    /// The server goes, and the client gives up: it comes to an end, and all that it told adds up.
    void finish() {
        make_room(played_loop::all);
        (*this)(transcripts::end_of_input{});
        close(1000, "end");
        turn();
        for (int turns = 0; !over_ && turns < most_turns && loop_->earliest() != net::never; ++turns) {
            loop_->move_clock(loop_->earliest());
            turn();
        }
        FUZZ_CHECK(over_);
        FUZZ_CHECK(told_.opened == told_.closed);
        FUZZ_CHECK(client_.push("late") == push_result::closing);
        check_sent();
    }

    void check_sent() {
        std::vector<sent_message> all;
        const auto& sockets = loop_->sockets();
        FUZZ_CHECK(sockets.size() == agreements_.size());
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            auto sent = whole_frames(sockets[i]->sent, agreements_[i].opened);
            if (sent.empty()) continue;
            for (auto& each : check_sent_by_client(sent, agreements_[i].opened, agreements_[i].deflate))
                all.push_back(std::move(each));
        }
        const sent_message greets{.type = message_type::binary, .data = to_bytes(greeting)};
        const bool greeted = (habits_ & acts) != 0;
        std::size_t next = 0;
        std::size_t greetings = 0;
        for (const auto& each : all) {
            if (greeted && each == greets && ++greetings <= told_.opened) continue;
            const auto found =
                std::find(told_.taken.begin() + static_cast<std::ptrdiff_t>(next), told_.taken.end(), each);
            FUZZ_CHECK(found != told_.taken.end());  // each that was taken once, in their order
            next = static_cast<std::size_t>(found - told_.taken.begin()) + 1;
        }
        const bool nothing_lost =
            told_.clean && told_.opened == 1 && !broken_ && (habits_ & drops_oldest) == 0;
        if (nothing_lost && greetings == (greeted ? 1U : 0U))
            FUZZ_CHECK(all.size() - greetings == told_.taken.size());
    }

    /// Without the frame, or the head, that the end has cut.
    [[nodiscard]] std::span<const std::byte> whole_frames(std::span<const std::byte> sent,
                                                          bool opened) const {
        const auto head = as_text(sent).find("\r\n\r\n");
        if (head == std::string_view::npos) {
            FUZZ_CHECK(std::string_view{"GET "}.starts_with(as_text(sent).substr(0, 4)));
            return {};
        }
        auto rest = sent.subspan(head + 4);
        FUZZ_CHECK(opened || rest.empty());
        const auto reserved = std::uint8_t{protocol::compressed_bit};
        while (!rest.empty()) {
            const auto [header, size, why] =
                protocol::parse_frame_header(rest, protocol::role::server, reserved);
            FUZZ_CHECK(why == error::none);
            if (size == 0 || header.payload_length > rest.size() - size) break;
            rest = rest.subspan(size + static_cast<std::size_t>(header.payload_length));
        }
        return sent.first(sent.size() - rest.size());
    }

    static constexpr int most_turns = 1000;

    struct agreement {
        bool opened = false;
        protocol::deflate_agreement deflate{};
    };

    unsigned habits_;
    script script_;
    std::optional<transcripts::transcript> opening_;
    std::mt19937 cut_;
    ledger told_;
    std::vector<agreement> agreements_;  // of each socket
    bool over_ = false;
    bool broken_ = false;
    played_loop* loop_ = nullptr;  // the client's
    client client_;
};

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire;
    using namespace pushwire::fuzz;
    if (size < 2) return 0;
    const std::span input{data, size};
    try {
        player{input[0], (input[1] & 1) != 0, read_script(protocol::role::client, input.subspan(2))}.play();
    } catch (const setup_error&) {  // limits that make no sense
    }
    return 0;
}
