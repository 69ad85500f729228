#pragma once
// The opening handshake (RFC 6455 4) as bytes: HTTP heads in, HTTP heads out, both roles. It also reads and answers plain
// HTTP requests, since they come to the same port. It knows nothing of frames; protocol::session owns one while its
// connection is in the opening phase, and for as long as somebody can ask what the client came with.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <pushwire/protocol/session.hpp>

namespace pushwire::protocol {

class opening_handshake {
  public:
    explicit opening_handshake(const session_settings& settings);
    ~opening_handshake();

    enum class state : std::uint8_t { incomplete, complete, failed };
    struct progress {
        opening_handshake::state state;
        std::size_t consumed;  ///< of the bytes given; what follows belongs to what comes next
        pushwire::error why =
            error::none;  ///< when failed: the row that answers it (server) or names it (client)
        bool continue_expected = false;  ///< server: `continue_response` comes before the answer, told once
    };

    /// Takes bytes of a request (server) or of the response (client); keeps copies of what it consumed. How the input
    /// is cut makes no difference. Once complete or failed it consumes nothing more, and says the same again.
    progress receive(std::span<const std::byte> bytes);

    // --- server

    /// RFC 9110 10.1.1: what a client waits for that asks before it sends a body. It is sent whether or not the body has
    /// come already, so that the cuts of the input make no difference.
    static constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

    // --- server, once complete
    [[nodiscard]] const pushwire::request& request() const;
    /// Asks for WebSocket: a field Upgrade lists `websocket`. Such a request that is not a well-formed opening handshake
    /// makes `receive` fail instead.
    [[nodiscard]] bool is_handshake() const;
    /// The method is HEAD; also of a request that was not taken, if its head was well-formed.
    [[nodiscard]] bool asks_for_head() const;
    /// After a plain request: whether a further one may follow on this connection.
    [[nodiscard]] bool keeps_alive() const;
    /// The 101 response. Chooses the sub-protocol if `with` names none; one that the client did not offer is not sent.
    [[nodiscard]] std::string accept(const acceptance& with);
    /// Chosen by `accept` (server) or by the server (client); empty if none.
    [[nodiscard]] std::string_view subprotocol() const;
    /// What both ends agree on about compression: by `accept` (server), or by the response (client).
    [[nodiscard]] const deflate_agreement& deflate() const;
    /// The answer to a plain request. HEAD, 204, 205 and 304 get no body; `Connection: close` unless it
    /// `may_stay` and keeps_alive(). A
    /// status that is not a final one (200 to 599) becomes 500.
    [[nodiscard]] std::string respond(const response& answer, bool may_stay = true) const;
    /// What this object holds, in bytes.
    [[nodiscard]] std::size_t memory() const;
    /// Ready for a further request on the same connection. Views into the one before end here.
    void reset();

    /// A whole error response with `Connection: close` and a text body, whatever came before. Adds what the status
    /// demands and `headers` does not have: 426 Upgrade (also named in Connection) and Sec-WebSocket-Version: 13;
    /// 405 Allow; 429 and 503 Retry-After. The body is left out where the request `asks_for_head`. A status that has no content
    /// (204, 205, 304) refuses nothing, and becomes 500.
    [[nodiscard]] static std::string refusal(std::uint16_t status, std::string_view body,
                                             const header_list& headers, bool asks_for_head = false);

    // --- client
    /// The request, once; `receive` then expects the response to it.
    [[nodiscard]] std::string open(const client_request& request);
    /// The status of the response, 0 before one came. A 1xx other than 101 is passed over.
    [[nodiscard]] std::uint16_t response_status() const;

  private:
    struct content;
    std::unique_ptr<content> content_;
};

/// The Sec-WebSocket-Accept that answers `key` (RFC 6455 4.2.2): Base64 of SHA-1 of the key and the protocol's GUID.
[[nodiscard]] std::string accept_key(std::string_view key);

}  // namespace pushwire::protocol
