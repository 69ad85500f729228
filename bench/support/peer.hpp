#pragma once
// A server's session that is open, and what stands around it in a server: bytes come in reads, every message is sent
// back, and all that waits leaves at the end of a read.

#include <array>
#include <string>

#include <pushwire/protocol/session.hpp>

#include "support/payload.hpp"

namespace pushwire::bench {

inline constexpr protocol::time_point now{std::chrono::hours{1}};

inline std::string handshake(std::string_view extensions) {
    std::string text =
        "GET /echo HTTP/1.1\r\nHost: localhost:9502\r\nConnection: Upgrade\r\nPragma: no-cache\r\n"
        "Cache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 "
        "Firefox/140.0\r\n"
        "Upgrade: websocket\r\nOrigin: http://localhost:9502\r\nSec-WebSocket-Version: 13\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (!extensions.empty()) text += "Sec-WebSocket-Extensions: " + std::string{extensions} + "\r\n";
    return text + "\r\n";
}

class peer {
  public:
    peer(const protocol::session_settings& settings, protocol::block_pool& blocks,
         std::string_view extensions = {})
        : session_{settings, blocks, now} {
        const auto request = handshake(extensions);
        session_.receive(buffer_.fill(as_bytes(request)), now);
        (void)session_.next();
        session_.accept({}, now);
        session_.release_request();
        answer_all();
        send_off();
    }

    /// One read.
    void receive(std::span<const std::byte> read) {
        session_.receive(buffer_.fill(read), now);
        answer_all();
        send_off();
    }

    /// In reads of at most so many bytes into the loop's buffer, or into the message where the session asks for that.
    void receive_all(std::span<const std::byte> bytes, std::size_t read = read_buffer::size) {
        while (!bytes.empty()) {
            if (const auto own = session_.destination(); !own.empty()) {
                const auto n = std::min(own.size(), bytes.size());
                std::memcpy(own.data(), bytes.data(), n);
                bytes = bytes.subspan(n);
                session_.commit(n, now);
                answer_all();
                send_off();
            } else {
                const auto n = std::min(read, bytes.size());
                receive(bytes.first(n));
                bytes = bytes.subspan(n);
            }
        }
    }

    /// The kernel takes all that waits.
    void send_off() {
        auto& output = session_.outgoing();
        while (!output.empty()) {
            std::size_t bytes = 0;
            for (const auto& segment : std::span{segments_}.first(output.gather(segments_)))
                bytes += segment.size();
            session_.consume(bytes, now);
        }
    }

    [[nodiscard]] protocol::session& session() { return session_; }
    /// Messages.
    [[nodiscard]] int echoed() const { return echoed_; }

  private:
    void answer_all() {
        using enum protocol::event_type;
        for (auto event = session_.next(); event.type != none; event = session_.next()) {
            const bool whole = event.type == text || event.type == binary;
            if (!whole) continue;
            const auto type = event.type == text ? message_type::text : message_type::binary;
            if (session_.send(type, event.data, false) == protocol::send_result::accepted) ++echoed_;
        }
    }

    protocol::session session_;
    read_buffer buffer_;
    std::array<std::span<const std::byte>, 64> segments_;
    int echoed_ = 0;
};

}  // namespace pushwire::bench
