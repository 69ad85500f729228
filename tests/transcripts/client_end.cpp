#include "transcripts/client_end.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "engine/client_state.hpp"
#include "support/loopback.hpp"
#include "transcripts/notation.hpp"

namespace pushwire::transcripts {
namespace {

using namespace std::chrono_literals;

// In real time, for what is broken: a test that passes waits for nothing but the kernel.
constexpr auto patience = 10s;

template <class Kind>
bool has(const transcript& conversation) {
    return std::ranges::any_of(conversation.steps,
                               [](const step& each) { return std::holds_alternative<Kind>(each.what); });
}

bool is_event(const step& step, protocol::event_type type) {
    const auto* event = std::get_if<event_facts>(&step.what);
    return event && event->type == type;
}

client_options options_for(const setup& setup) {
    client_options result;
    result.subprotocols = setup.subprotocols;
    result.headers = setup.request.headers;
    result.compression = setup.compression;
    result.limits = setup.limits;
    return result;
}

protocol::send_result result_of(push_result said) {
    switch (said) {
        case push_result::accepted:
        case push_result::queued:
            return protocol::send_result::accepted;
        case push_result::invalid_text:
            return protocol::send_result::invalid_text;
        default:
            return protocol::send_result::not_open;
    }
}

std::string_view text_of(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

bytes bytes_of(std::string_view text) {
    const auto data = std::as_bytes(std::span{text});
    return {data.begin(), data.end()};
}

}  // namespace

std::optional<std::string> why_left_out(const transcript& conversation) {
    if (conversation.setup.in_parts) return "a client has no handler for messages in parts";
    if (has<begin_message>(conversation)) return "a client sends no messages in parts";
    if (has<drop>(conversation)) return "a client drops nothing that its connection has taken";
    if (has<hold>(conversation)) return "a client gives its stream at once what it has to say";
    if (!conversation.setup.opening) return std::nullopt;
    for (const auto& step : conversation.steps) {
        if (is_event(step, protocol::event_type::opened)) break;
        if (std::holds_alternative<send_message>(step.what))
            return "a client keeps what is pushed before the opening, and does not refuse it";
    }
    return std::nullopt;
}

transcript as_clients_tell(transcript conversation) {
    std::erase_if(conversation.steps,
                  [](const step& each) { return is_event(each, protocol::event_type::ping); });
    return conversation;
}

// ---------------------------------------------------------------- setting up

client_end::client_end(const setup& setup, const way& way)
    : way_{way}, engine_{way.seed}, stream_{setup.masks} {
    listening_ = net::bind({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    net::open(listening_);
    set_up(setup);

    const auto& listener = listening_.sockets.front();
    const bool connected = turn_until([&] {
        if (!peer_)
            peer_ = net::unique_descriptor{
                ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        return peer_ && went_out_ > 0;
    });
    must(connected, "the client does not connect and ask for the opening handshake");
    const int on = 1;  // so that bytes that are sent singly arrive at once
    ::setsockopt(peer_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    rest();
}

client_end::~client_end() = default;

void client_end::set_up(const setup& setup) {
    client_ =
        std::make_unique<client>("ws://" + setup.request.host + setup.request.target, options_for(setup));
    auto& state = engine::client_state::of(*client_);
    auto made = std::make_unique<support::clocked_loop>();
    loop_ = made.get();
    state.stand_on(std::move(made));
    state.find_places = [port = listening_.where.port](const std::string&, std::uint16_t) {
        return net::lookup::outcome{{support::loopback(port)}, {}};
    };

    using enum protocol::event_type;
    client_->on_bytes(
        [this](client&, bool sent, std::string_view what) { (sent ? went_out_ : came_in_) += what.size(); });
    client_->on_open([this](client&, const opening& how) {
        tell({.type = opened, .subprotocol = std::string{how.subprotocol}});
    });
    client_->on_message([this](client&, const message& what) {
        tell({.type = what.type == message_type::text ? text : binary, .data = bytes_of(what.data)});
    });
    client_->on_pong([this](client&, std::string_view data) {
        if (std::exchange(throws_at_pong_, false)) throw std::runtime_error{"a fault of the application"};
        tell({.type = pong, .data = bytes_of(data)});
    });
    client_->on_close([this](client&, const close_info& how) {
        tell({.type = closed,
              .code = how.code,
              .sent_code = how.sent_code,
              .why = how.why,
              .began_by_peer = how.began_by_peer,
              .reason = std::string{how.reason}});
    });
    // There were no close frames: it was not open.
    client_->on_failure([this](client&, const connect_failure& how) {
        tell({.type = closed, .code = close_code::abnormal, .sent_code = 0, .why = how.why});
    });
    client_->on_error([](client&, const error_report&) {});
}

void client_end::tell(event_facts facts) {
    must(!told_closed_, "an event came after the end");
    told_closed_ = facts.type == protocol::event_type::closed;
    came_.events.push_back(to_text(facts));
    events.push_back(std::move(facts));
}

void client_end::must(bool holds, const char* what) {
    if (!holds && !broken_) broken_ = what;
}

// ---------------------------------------------------------------- turns

/// Says false if that takes so long that something must be broken.
template <class Condition>
bool client_end::turn_until(Condition holds) {
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (broken_ || std::chrono::steady_clock::now() >= limit) return false;
        turn(true);
    }
    return true;
}

void client_end::turn(bool waits) {
    client_runs_ = client_->run_once(waits ? 10ms : 0ms);
    while (read_some()) {
    }
    write_some();
}

/// Turns until the client has had everything, has said all that it says to it, and does nothing more.
void client_end::rest() {
    const auto has_had_all = [this] {
        const bool had = unsent_.empty() && came_in_ == written_;
        const bool said = read_ == went_out_ && !stream_.is_amid();
        return (had || !client_runs_ || client_ended_) && (said || client_ended_);
    };
    const auto progress = [this] { return std::array{came_in_, went_out_, read_, events.size()}; };
    must(turn_until(has_had_all), "the client does not take what comes, or does not send what it has begun");
    for (int idle = 0; idle < 2 && !broken_;) {
        const auto before = progress();
        turn(false);
        idle = progress() == before && has_had_all() ? idle + 1 : 0;
    }
}

bool client_end::read_some() {
    if (!peer_ || client_ended_) return false;
    std::array<std::byte, 16384> buffer;
    const auto size = ::recv(peer_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (size <= 0) {
        client_ended_ = true;
        return false;
    }
    const auto data = std::span{buffer}.first(static_cast<std::size_t>(size));
    read_ += data.size();
    const auto whole = stream_.take(data);
    if (stream_.wrong()) must(false, stream_.wrong()->c_str());
    output.insert(output.end(), whole.begin(), whole.end());
    came_.output.insert(came_.output.end(), whole.begin(), whole.end());
    return true;
}

// ---------------------------------------------------------------- the peer and the clock

void client_end::feed(std::span<const std::byte> data) {
    const auto answer = stream_.answer(data);
    for (std::size_t done = 0; done < answer.size() && !broken_;) {
        const auto size = size_of_piece(done, answer.size() - done);
        write(std::span{answer}.subspan(done, size));
        done += size;
    }
    rest();
}

/// Of what is long, not every byte: it has its price on a socket.
std::size_t client_end::size_of_piece(std::size_t done, std::size_t left) {
    constexpr std::size_t singly_at_each_end = 300;
    if (way_.cutting == cutting::singly)
        return done < singly_at_each_end || left <= singly_at_each_end ? 1 : left - singly_at_each_end;
    if (way_.cutting == cutting::random) {
        const std::size_t most = std::uniform_int_distribution<int>{0, 3}(engine_) == 0 ? 4096 : 12;
        return std::uniform_int_distribution<std::size_t>{1, std::min(left, most)}(engine_);
    }
    return left;
}

/// Returns when the client has read it, so that the next piece comes by itself.
void client_end::write(std::span<const std::byte> data) {
    written_ += data.size();
    unsent_.insert(unsent_.end(), data.begin(), data.end());
    write_some();
    must(turn_until([this] { return came_in_ == written_ || client_ended_ || !client_runs_; }),
         "the client does not read what comes");
}

bool client_end::write_some() {
    if (unsent_.empty()) return false;
    const auto size = ::send(peer_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    unsent_.erase(unsent_.begin(), unsent_.begin() + size);
    return true;
}

void client_end::end_input() {
    ::shutdown(peer_.get(), SHUT_WR);
    must(turn_until([this] { return told_closed_; }), "the client does not tell of the end");
    rest();
}

void client_end::pass(std::chrono::milliseconds time) {
    const auto until = loop_->time() + time;
    for (int expiries = 0; loop_->earliest() <= until && !broken_; ++expiries) {
        must(expiries < 1000, "the client's timers do not move on");
        loop_->move_to(loop_->earliest());
        rest();
    }
    loop_->move_to(until);
    rest();
}

// ---------------------------------------------------------------- what the client does

void client_end::act(const step_kind& action) {
    std::visit(
        [this](const auto& what) {
            if constexpr (requires { this->act_on(what); })
                this->act_on(what);
            else
                must(false, "no client can do this");
        },
        action);
    rest();
}

void client_end::act_on(const send_message& action) {
    const auto said = result_of(client_->push(text_of(action.data), action.type));
    must(said == action.result, "what the client says to a push is not as written");
}

void client_end::act_on(const send_ping& action) {
    client_->ping(text_of(action.data));
}

void client_end::act_on(const begin_close& action) {
    client_->close(action.code, action.reason);
}

/// A handler throws: that is how an application fails a client's connection.
void client_end::act_on(const fail_with& action) {
    must(action.why == error::handler_threw, "no application can fail a client's connection with this");
    throws_at_pong_ = true;
    constexpr std::array pong{std::byte{0x8a}, std::byte{0x00}};
    feed(pong);
}

// ---------------------------------------------------------------- the end

std::optional<std::string> client_end::finish() {
    if (broken_) return broken_;
    if (told_closed_) {
        if (!turn_until([this] { return client_ended_; }))
            return "the client has told of the end, and does not end its side of the connection";
        ::shutdown(peer_.get(), SHUT_WR);
        if (!turn_until([this] { return !client_runs_; }))
            return "both sides have ended, and `start` would not return";
        if (loop_->open() != 0) return "`start` would return, and a socket is open";
    }
    client_.reset();
    while (!client_ended_) {
        pollfd waiting{.fd = peer_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&waiting, 1, 10'000) <= 0) return "the client is gone, and its socket is not";
        read_some();
    }
    if (!output.empty() || stream_.is_amid()) return "more came than is written when the client went";
    return broken_;
}

}  // namespace pushwire::transcripts
