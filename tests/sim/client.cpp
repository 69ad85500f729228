// A client on its link: reading, writing, and how it ends. What it takes into its head is in client_doings.cpp.

#include "sim/client.hpp"

#include <algorithm>
#include <array>

#include "sim/payload.hpp"

namespace pushwire::sim {
namespace {

protocol::masking_key draw_key(void* state) {
    const auto drawn = static_cast<random*>(state)->next();
    return {static_cast<std::byte>(drawn), static_cast<std::byte>(drawn >> 8),
            static_cast<std::byte>(drawn >> 16), static_cast<std::byte>(drawn >> 24)};
}

}  // namespace

client::client(schedule& clock, record& notes, ledger& books, const plan& settled, random chance)
    : clock_{clock},
      notes_{notes},
      ledger_{books},
      plan_{settled},
      chance_{chance},
      facts_{books.add_client()},
      name_{"c" + std::to_string(facts_.number)} {
    if (chance_.percent(settled.odd_clients_percent)) {
        kind_ = static_cast<kind>(chance_.between(1, static_cast<int>(kind::half)));
    }
    // It waits for ever: what must end in time is the server's to end.
    settings_.role = protocol::role::client;
    settings_.limits.max_message = std::size_t{1} << 30;
    settings_.limits.ping_after = settings_.limits.idle_timeout = std::chrono::milliseconds{0};
    settings_.masking_keys = {draw_key, &chance_};
    settings_.compression = draw_compression(chance_, 60);
    settings_.codecs = &codecs_;
    most_reaction_ = std::chrono::microseconds{chance_.pick({1, 100, 2'000})};
    acts_left_ = settled.actions;
}

void client::connect(std::shared_ptr<link> over) {
    link_ = facts_.over = std::move(over);
    facts_.connected = true;
    session_ = std::make_unique<protocol::session>(settings_, blocks_, clock_.now());
    ask();
    look_later({});
    act_later();
}

void client::news() {
    look_later(most_reaction_);
}

void client::look_later(duration within) {
    if (look_expected_ || gone_ || !session_) return;
    look_expected_ = true;
    const auto when = std::max(clock_.now() + chance_.between(duration{}, within), reads_again_);
    clock_.at(when, [this] {
        look_expected_ = false;
        if (!gone_) look();
    });
}

void client::look() {
    if (link_->failed(side::client)) {
        session_->receive_eof(clock_.now());
        take_events();
        return leave();
    }
    if (facts_.reads && clock_.now() >= reads_again_) read();
    if (!gone_) write();
}

void client::read() {
    std::array<std::byte, 65'536> buffer;
    const auto readable = link_->readable(side::client);
    if (readable != 0) {
        const auto most = chance_.percent(20) ? chance_.between<std::size_t>(1, 100) : buffer.size();
        const auto size = link_->receive(side::client, std::span{buffer}.first(std::min(readable, most)));
        const auto bytes = std::span{buffer}.first(size);
        if (facts_.plain) {
            answer_.emplace_back(reinterpret_cast<const char*>(bytes.data()), size);
        } else {
            session_->receive(bytes, clock_.now());
            take_events();
        }
        if (link_->readable(side::client) != 0 || link_->ended(side::client)) look_later(most_reaction_);
    } else if (link_->ended(side::client)) {
        session_->receive_eof(clock_.now());
        take_events();
        leave();
    }
}

void client::take_events() {
    for (;;) {
        const auto event = session_->next();
        const std::string_view data{reinterpret_cast<const char*>(event.data.data()), event.data.size()};
        switch (event.type) {
            case protocol::event_type::none:
            case protocol::event_type::request:
                return;
            case protocol::event_type::opened:
                notes_.note(name_, "is open");
                facts_.opened = true;
                break;
            case protocol::event_type::text:
            case protocol::event_type::binary: {
                const bool text = event.type == protocol::event_type::text;
                notes_.note(name_, "receives ", text ? "text" : "binary", " of ", data.size(),
                            " bytes: ", shown(data));
                ledger_.received(facts_, text ? message_type::text : message_type::binary, data);
                break;
            }
            case protocol::event_type::text_part:
            case protocol::event_type::binary_part:
                notes_.fail("messages come whole", name_, ": one came in parts");
                break;
            case protocol::event_type::ping:
                notes_.note(name_, "receives a ping");
                break;
            case protocol::event_type::pong:
                notes_.note(name_, "receives pong ", data);
                ledger_.received_pong(facts_, data);
                break;
            case protocol::event_type::closed:
                end();
                break;
        }
    }
}

void client::end() {
    const auto how = session_->outcome();
    notes_.note(name_, "ends: ", how.code, how.reason.empty() ? "" : " ", how.reason, ", sent ",
                how.sent_code, ", ", describe(how.why).name);
    facts_.ended = ending{how.code, how.sent_code, how.began_by_peer, how.why, clock_.now()};
    if (how.sent_code != 0 && facts_.put_code == 0) facts_.put_code = how.sent_code;
    const auto family = describe(how.why).family;
    const bool server_erred = family == error_family::protocol || family == error_family::payload ||
                              how.why == error::message_too_big || how.why == error::response_malformed ||
                              how.why == error::response_accept || how.why == error::response_upgrade;
    if (server_erred)
        notes_.fail("what the server sends is well-formed", name_, ": ", describe(how.why).text);
}

void client::write() {
    auto& output = session_->outgoing();
    std::size_t written = 0;
    while (!output.empty() && written < most_written_ && link_->room(side::client) != 0) {
        std::array<std::span<const std::byte>, 8> segments;
        const auto count = output.gather(segments);
        std::size_t sent = 0;
        for (auto each : std::span{segments}.first(count)) {
            const auto most = each.first(std::min(each.size(), most_written_ - written));
            const auto n = link_->send(side::client, most);
            sent += n;
            written += n;
            if (n != each.size()) break;
        }
        if (sent == 0) break;
        session_->consume(sent, clock_.now());
    }
    if (!output.empty()) {
        if (!shut_ && link_->room(side::client) != 0)
            look_later(chance_.between(duration{}, most_reaction_ * 20));
        return;
    }
    if (session_->done() && !shut_) {
        shut_ = true;
        link_->shut(side::client);
    }
}

// Its socket is closed, and nothing of it comes any more.
void client::leave() {
    if (gone_) return;
    gone_ = true;
    link_->close(side::client);
    notes_.note(name_, "is gone");
    if (kind_ == kind::plain && !facts_.left && !link_->failed(side::client)) {
        std::string all;
        for (const auto& part : answer_) all += part;
        notes_.expect(all.empty() || all.starts_with("HTTP/1.1 "), "what the server sends is well-formed",
                      name_, ": the answer is no HTTP");
    }
}

void client::calm_down() {
    calm_ = true;
    reads_again_ = {};
    most_reaction_ = std::chrono::microseconds{100};
    most_written_ = 65'536;
    look_later(most_reaction_);
}

}  // namespace pushwire::sim
