// What a client takes into its head.

#include <algorithm>
#include <array>

#include "sim/client.hpp"
#include "sim/payload.hpp"

namespace pushwire::sim {

using protocol::opcode;

namespace {

const char* const broken_handshakes[] = {
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
    "13\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 12\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "GET  / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\n folded: yes\r\n\r\n",
    "\r\n\r\n\r\n",
    "",
};

std::string base64_key(random& chance) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string key;
    for (int i = 0; i < 21; ++i) key += letters[chance.below(64)];
    key += letters[chance.below(4) * 16];  // 16 bytes leave two bits for the last letter
    return key + "==";
}

}  // namespace

// ---------------------------------------------------------------- the opening handshake

void client::ask() {
    notes_.note(name_, "connects from port ", facts_.port);
    if (kind_ == kind::broken) {
        facts_.well_behaved = false;
        facts_.may_not_open = true;
        std::string request = broken_handshakes[chance_.below(std::size(broken_handshakes))];
        if (chance_.percent(20))
            request =
                make_payload(chance_, "", chance_.between<std::size_t>(1, 30'000), message_type::binary);
        notes_.note(name_, "sends ", request.size(), " bytes that are no handshake");
        facts_.plain = true;
        return send_raw(request);
    }
    if (kind_ == kind::plain) {
        facts_.plain = facts_.may_not_open = true;
        facts_.well_behaved = false;
        return send_raw("GET /page HTTP/1.1\r\nHost: x\r\n" +
                        std::string{chance_.percent(50) ? "Connection: close\r\n" : ""} + "\r\n");
    }
    protocol::client_request request{.host = "simulated", .target = "/chat", .key = base64_key(chance_)};
    if (chance_.percent(30)) request.subprotocols = {"superchat", "chat"};
    if (kind_ == kind::slow) most_written_ = chance_.between<std::size_t>(1, 20);
    if (chance_.percent(5)) {
        request.headers.emplace_back("X-Filler", std::string(chance_.between<std::size_t>(1, 600), 'x'));
    }
    session_->open(request);
}

// ---------------------------------------------------------------- when it is open

void client::act_later() {
    if (acts_left_ == 0 || calm_ || gone_) return;
    --acts_left_;
    clock_.after(chance_.between(duration{}, plan_.acting * 2 / std::max(plan_.actions, 1u)), [this] {
        if (calm_ || gone_) return;
        act();
        look_later({});
        act_later();
    });
}

void client::act() {
    if (!is_open()) {
        // Who never becomes open may have its oddity all the same.
        if (kind_ != kind::ordinary && kind_ != kind::violator && chance_.percent(10)) do_oddity();
        return;
    }
    if (kind_ != kind::ordinary && chance_.percent(20)) return do_oddity();
    if (chance_.percent(plan_.leaves_percent)) return close();
    const auto drawn = chance_.below(100);
    if (drawn < 70) {
        const auto count = chance_.percent(10) ? chance_.between(2, 10) : 1;
        for (int i = 0; i < count && session_->outgoing().bytes() < 500'000; ++i) send_message();
    } else if (drawn < 85) {
        const auto count = chance_.percent(20) ? chance_.between(2, 10) : 1;
        for (int i = 0; i < count; ++i) send_ping();
    } else {
        reads_again_ = clock_.now() + chance_.between(duration{}, plan_.acting / 4);
        notes_.note(name_, "does not look for a while");
    }
}

void client::do_oddity() {
    if (std::exchange(odd_done_, true)) return;
    switch (kind_) {
        case kind::ordinary:
        case kind::slow:
        case kind::broken:
        case kind::plain:
            return;
        case kind::violator:
            return violate();
        case kind::deaf:
            notes_.note(name_, "stops reading for ever");
            facts_.reads = false;
            return;
        case kind::silent:
            notes_.note(name_, "stops for ever");
            facts_.reads = false;
            gone_ = true;
            return;
        case kind::rude:
            notes_.note(name_, "leaves");
            facts_.left = true;
            return leave();
        case kind::half:
            if (!session_->outgoing().empty()) return;
            notes_.note(name_, "ends its side");
            facts_.left = true;
            acts_left_ = 0;
            shut_ = true;
            link_->shut(side::client);
            return;
    }
}

void client::send_message() {
    const auto type = chance_.percent(60) ? message_type::text : message_type::binary;
    const auto most = plan_.options.limits.max_message;
    std::size_t size = chance_.between<std::size_t>(0, 150);
    if (chance_.percent(plan_.large_percent)) size = chance_.between<std::size_t>(0, most);
    size = std::min(size, most);
    std::string head = size == 0 ? "" : name_ + "." + std::to_string(messages_++) + " ";
    const auto data =
        make_payload(chance_, std::string_view{head}.substr(0, std::min(head.size(), most)), size, type);
    ledger_.sent(facts_, type, data);
    // Past the session nothing may go while messages wait in it to be compressed.
    if (!session_->holds_messages() && chance_.percent(25)) return send_in_fragments(type, data);
    notes_.note(name_, "sends ", type == message_type::text ? "text" : "binary", " of ", data.size(),
                " bytes: ", shown(data));
    session_->send(type, std::as_bytes(std::span{data}), false);
}

void client::send_in_fragments(message_type type, std::string_view data) {
    const auto frames = chance_.between<std::size_t>(2, 6);
    notes_.note(name_, "sends ", type == message_type::text ? "text" : "binary", " of ", data.size(),
                " bytes in ", frames, " frames: ", shown(data));
    for (std::size_t i = 0; i < frames; ++i) {
        const bool last = i + 1 == frames;
        const auto size = last ? data.size() : chance_.between<std::size_t>(0, data.size());
        send_frame(i == 0 ? static_cast<opcode>(type) : opcode::continuation, last, data.substr(0, size));
        data.remove_prefix(size);
        if (!last && chance_.percent(20)) send_ping();
    }
}

void client::send_frame(opcode code, bool fin, std::string_view payload) {
    protocol::frame_header header{
        .fin = fin, .opcode = code, .masked = true, .payload_length = payload.size()};
    header.key = settings_.masking_keys.draw(settings_.masking_keys.state);
    std::vector<std::byte> frame(protocol::max_frame_header + payload.size());
    const auto size = protocol::encode_frame_header(header, frame.data());
    std::ranges::copy(std::as_bytes(std::span{payload}), frame.begin() + static_cast<std::ptrdiff_t>(size));
    frame.resize(size + payload.size());
    protocol::apply_mask(std::span{frame}.subspan(size), header.key);
    session_->outgoing().append_opaque(frame);
}

void client::send_ping() {
    const auto payload = "ping " + std::to_string(pings_++);
    notes_.note(name_, "sends ", payload);
    facts_.pings.push_back(payload);
    send_frame(opcode::ping, true, payload);
}

void client::close() {
    const auto code = chance_.pick<std::uint16_t>({0, 1000, 1001, 1011, 3000, 4242});
    notes_.note(name_, "closes with ", code);
    facts_.began_close = true;
    facts_.put_code = code == 0 ? close_code::no_status : code;
    acts_left_ = 0;
    session_->close(code, "bye", clock_.now());
}

void client::violate() {
    struct violation {
        std::uint16_t code;
        const char* what;
    };
    static constexpr violation all[] = {
        {1002, "an unmasked frame"}, {1002, "a reserved bit"},
        {1002, "a reserved opcode"}, {1007, "text that is not UTF-8"},
        {1009, "a message too big"}, {1002, "a ping of 126 bytes"},
        {1002, "a fragmented ping"}, {1002, "a continuation of nothing"},
        {1002, "close code 1005"},
    };
    const auto which = chance_.below(std::size(all));
    notes_.note(name_, "violates: ", all[which].what);
    facts_.violation_code = all[which].code;
    acts_left_ = 0;
    const std::string zeros(12, '\0');  // a masking key, and no harm after it
    switch (which) {
        case 0:
            return send_raw("\x81\x02hi");
        case 1:
            return send_raw("\xa1\x80" + zeros.substr(0, 4));
        case 2:
            return send_raw("\x83\x80" + zeros.substr(0, 4));
        case 3:
            return send_frame(opcode::text, true, "caf\xe9 ");
        case 4: {
            protocol::frame_header header{.masked = true,
                                          .payload_length = plan_.options.limits.max_message + 1};
            std::array<std::byte, protocol::max_frame_header> bytes;
            const auto size = protocol::encode_frame_header(header, bytes.data());
            return session_->outgoing().append_opaque(std::span{bytes}.first(size));
        }
        case 5:
            return send_frame(opcode::ping, true, std::string(126, 'p'));
        case 6:
            return send_frame(opcode::ping, false, "p");
        case 7:
            return send_frame(opcode::continuation, true, "c");
        default:
            return send_frame(opcode::close, true, std::string{"\x03\xed", 2});
    }
}

}  // namespace pushwire::sim
