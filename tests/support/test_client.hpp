#pragma once
// A WebSocket client of the plainest kind, over a blocking socket, for tests of a server in the same process. It sends
// what it is told, right or wrong, and shows each frame that comes. Waits end with an exception after ten seconds.

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <pushwire/protocol/frame.hpp>

#include "net/socket.hpp"

namespace pushwire::testing {

struct received_frame {
    protocol::opcode opcode = protocol::opcode::text;
    bool fin = true;
    std::string payload;

    [[nodiscard]] std::uint16_t close_code() const;
    [[nodiscard]] std::string close_reason() const;
};

class test_client {
  public:
    explicit test_client(std::uint16_t port);
    /// Connects, and opens at `path`. `fields` are further header lines, each with its CRLF.
    test_client(std::uint16_t port, std::string_view path, std::string_view fields = "");
    virtual ~test_client() = default;

    /// The opening handshake.
    void open(std::string_view path, std::string_view fields = "");
    void send_raw(std::string_view bytes);
    void send_frame(protocol::opcode opcode, std::string_view payload, bool fin = true);
    void send_text(std::string_view text) { send_frame(protocol::opcode::text, text); }
    void send_close(std::uint16_t code, std::string_view reason = "");
    void shut_write();
    void close();
    /// Ends with a reset.
    void reset();

    /// Up to and including the empty line.
    std::string read_head();
    std::string read_exactly(std::size_t n);
    received_frame read_frame();
    /// The payload of the next frame, which must be a text.
    std::string read_text();
    /// The next frame, which must be a close frame.
    received_frame read_close();
    /// Whether the peer has ended its side, with nothing left to read before.
    bool at_end();

  protected:
    [[nodiscard]] int socket() const { return socket_.get(); }

  private:
    /// What became of `send` and `recv`: for a client that speaks TLS in between.
    virtual std::ptrdiff_t write(std::string_view bytes);
    virtual std::ptrdiff_t read(std::span<char> into);
    bool fill();

    net::unique_descriptor socket_;
    std::string unread_;
};

/// A masked frame, as a client sends it.
std::string client_frame(protocol::opcode opcode, std::string_view payload, bool fin = true);

}  // namespace pushwire::testing
