#pragma once
// One connection of a client, from the socket that connects to its end: a protocol::session fed from a net::stream, as a
// server's connection is. Several may be on their way at once (RFC 8305); the first one whose stream is there is the
// client's, and the others are cut.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>

#include <pushwire/protocol/session.hpp>

#include "net/connecting.hpp"
#include "net/loop.hpp"
#include "net/tls_stream.hpp"

namespace pushwire::engine {

struct client_state;

class client_link final : public net::stream {
  public:
    client_link(client_state& owner, net::time_point now);

    /// Takes over a socket that is connecting, and what is to be asked of the server then.
    void connect(net::unique_descriptor socket, const protocol::client_request& request);

    [[nodiscard]] protocol::session& session() { return session_; }
    [[nodiscard]] bool is_open() const { return session_.phase() == protocol::phase::open; }
    /// It is still on its way.
    [[nodiscard]] bool is_candidate() const { return !is_there_ && !dropped_; }
    /// Whether `on_open` is to be followed by `on_close`.
    [[nodiscard]] bool told_open() const { return told_open_; }

    /// Gives the loop what the session has to say. From the loop's turn only: it tells of ends.
    void settle();
    /// Ends it at once; nothing more is told of it.
    void drop();

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
    void pump();
    void write();
    void hand_over();
    void tell_bytes(bool sent, std::span<const std::byte> bytes);
    bool fail_if_thrown();
    void tell_sent(std::span<const std::span<const std::byte>> segments, std::size_t sent);
    void leave_if_done();
    void close_stream();
    void arm_deadline();

    client_state& owner_;
    protocol::session session_;
    std::unique_ptr<net::tls_stream> tls_;
    std::span<std::byte> lent_;  // where the loop reads to
    net::time_point armed_ = net::never;
    bool is_there_ = false;  // the stream has connected, over TLS with its handshake
    bool sending_ = true;    // it takes nothing yet, or has not taken all of the last send
    bool told_open_ = false;
    bool has_thrown_ = false;  // who was shown bytes
    bool write_shut_ = false;
    bool peer_ended_ = false;
    bool broken_ = false;
    bool closing_stream_ = false;
    bool dropped_ = false;
};

}  // namespace pushwire::engine
