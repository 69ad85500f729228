#pragma once
// The other side of a session, for its tests: it writes frames as hex or from parts, and reads what comes out.

#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/protocol/session.hpp>

#include <gtest/gtest.h>

namespace pushwire::protocol {

using bytes = std::vector<std::byte>;

inline bytes from_hex(std::string_view hex) {
    bytes result;
    std::string digits;
    for (const char c : hex) {
        if (c != ' ') digits += c;
    }
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        result.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
    return result;
}

inline std::string to_hex(std::span<const std::byte> data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const auto byte : data) {
        result += digits[std::to_integer<unsigned>(byte) >> 4];
        result += digits[std::to_integer<unsigned>(byte) & 0xf];
    }
    return result;
}

inline bytes to_bytes(std::string_view text) {
    const auto view = std::as_bytes(std::span{text});
    return {view.begin(), view.end()};
}

inline std::string to_text(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

inline bytes operator+(bytes a, const bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// A whole frame. `masked`: with a fixed key.
inline bytes frame(opcode code, std::span<const std::byte> payload, bool masked = true, bool fin = true) {
    frame_header header{.fin = fin, .opcode = code, .masked = masked, .payload_length = payload.size()};
    if (masked) header.key = {std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
    bytes result(max_frame_header + payload.size());
    const auto size = encode_frame_header(header, result.data());
    if (!payload.empty()) std::memcpy(result.data() + size, payload.data(), payload.size());
    result.resize(size + payload.size());
    if (masked) apply_mask(std::span{result}.subspan(size), header.key);
    return result;
}

inline bytes frame(opcode code, std::string_view payload, bool masked = true, bool fin = true) {
    return frame(code, std::as_bytes(std::span{payload}), masked, fin);
}

inline bytes close_frame(std::uint16_t code, std::string_view reason = {}, bool masked = true) {
    std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return frame(opcode::close, body + std::string{reason}, masked);
}

/// An event with a copy of its data.
struct told {
    event_type type;
    std::string data;

    friend bool operator==(const told&, const told&) = default;
    friend std::ostream& operator<<(std::ostream& out, const told& t) {
        out << "event " << static_cast<int>(t.type) << " of " << t.data.size() << " bytes";
        return t.data.size() <= 80 ? out << " \"" << t.data << '"' : out;
    }
};

using told_list = std::vector<told>;

/// All that waits in the output, taken from it.
inline bytes drain(session& from, time_point now = time_point{std::chrono::hours{1}}) {
    bytes result;
    while (!from.outgoing().empty()) {
        std::array<std::span<const std::byte>, 16> segments;
        std::size_t taken = 0;
        for (const auto& segment : std::span{segments}.first(from.outgoing().gather(segments))) {
            result.insert(result.end(), segment.begin(), segment.end());
            taken += segment.size();
        }
        from.consume(taken, now);
    }
    return result;
}

/// Reads events until there is none.
inline told_list read_events(session& from) {
    told_list result;
    for (;;) {
        const auto event = from.next();
        if (event.type == event_type::none) return result;
        result.push_back({event.type, to_text(event.data)});
    }
}

/// A session with a clock that stands still until it is moved.
class session_test : public ::testing::Test {
  protected:
    session_test() {
        settings.masking_keys.draw = [](void* state) {
            const auto n = ++*static_cast<unsigned*>(state);
            return masking_key{static_cast<std::byte>(n), std::byte{2}, std::byte{3}, std::byte{4}};
        };
        settings.masking_keys.state = &keys_drawn;
    }

    /// A server's session in its opening phase.
    void make_server() {
        settings.role = role::server;
        tested = std::make_unique<session>(settings, pool, now);
    }

    /// `extensions`: what the client offers.
    void make_open_server(std::string_view extensions = {}) {
        make_server();
        std::string asked{handshake};
        if (!extensions.empty()) {
            asked.insert(asked.size() - 2, "Sec-WebSocket-Extensions: " + std::string{extensions} + "\r\n");
        }
        ASSERT_EQ(receive(to_bytes(asked)), (told_list{{event_type::request, ""}}));
        tested->accept({}, now);
        tested->release_request();
        ASSERT_TRUE(to_text(drain(*tested)).starts_with("HTTP/1.1 101 "));
    }

    void make_client() {
        settings.role = role::client;
        tested = std::make_unique<session>(settings, pool, now);
        client_request request;
        request.host = "server.example.com";
        request.key = "dGhlIHNhbXBsZSBub25jZQ==";
        tested->open(request);
    }

    void make_open_client() {
        make_client();
        ASSERT_TRUE(to_text(drain(*tested)).starts_with("GET / HTTP/1.1\r\n"));
        ASSERT_EQ(receive(to_bytes(switching)), (told_list{{event_type::opened, ""}}));
    }

    /// The bytes are in a buffer that ends with the call, so that the sanitizer tells of what is kept of it.
    told_list receive(const bytes& data) {
        auto buffer = std::make_unique<std::byte[]>(data.size());
        std::ranges::copy(data, buffer.get());
        tested->receive({buffer.get(), data.size()}, now);
        return read_events(*tested);
    }

    told_list receive_in_pieces(const bytes& data, std::size_t size) {
        told_list result;
        for (std::size_t at = 0; at < data.size(); at += size) {
            const auto first = data.begin() + static_cast<std::ptrdiff_t>(at);
            const auto n = std::min(size, data.size() - at);
            for (auto& told : receive({first, first + static_cast<std::ptrdiff_t>(n)})) {
                result.push_back(std::move(told));
            }
        }
        return result;
    }

    void expect_failed(error why) {
        EXPECT_EQ(tested->phase(), phase::closed);
        EXPECT_EQ(describe(tested->outcome().why).name, describe(why).name);
        EXPECT_EQ(tested->outcome().code, close_code::abnormal);
    }

    static constexpr std::string_view handshake =
        "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    static constexpr std::string_view switching =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    block_pool pool;
    shared_frames shared{pool};
    session_settings settings;
    unsigned keys_drawn = 0;
    time_point now{std::chrono::hours{1}};
    std::unique_ptr<session> tested;
};

}  // namespace pushwire::protocol
