#pragma once
// The opening handshake as `on_handshake` sees it: decided in the handler, or kept and decided later.

#include <cstdint>
#include <memory>
#include <string_view>

#include <pushwire/protocol/session.hpp>
#include <pushwire/request.hpp>

namespace pushwire {

namespace engine {
struct pending_handshake;
struct handshake_decision;
class connection;
}  // namespace engine

using protocol::acceptance;

/// A well-formed opening handshake that waits for its answer. If the handler returns without a decision and without
/// having moved it away, it is accepted. Moved away, it owns a copy of the request, and may be decided from any thread
/// within `limits::handshake_time`; destroyed undecided it refuses with 403. A decision does nothing when the client has
/// left meanwhile, or when one was made before.
class handshake {
  public:
    handshake(handshake&& other) noexcept;
    handshake& operator=(handshake&& other) noexcept;
    ~handshake();

    /// What the client asks for. Its views live as long as this object.
    [[nodiscard]] const pushwire::request& request() const;

    /// `on_open` follows. `with` may name a sub-protocol that the client offered, and header fields to add.
    void accept(const acceptance& with = {});
    /// Answers with an HTTP error status (400 to 599) and a short text. `on_open` and `on_close` are not called.
    void refuse(std::uint16_t status = 403, std::string_view body = {}, const header_list& headers = {});
    /// Completes the opening handshake and closes at once, since a browser's script sees a close code and its reason, but
    /// no HTTP status. `code` is from 4000 to 4999, or another that may be sent. Neither `on_open` nor `on_close` is called.
    void accept_and_close(std::uint16_t code, std::string_view reason = {});

  private:
    friend class engine::connection;
    explicit handshake(std::unique_ptr<engine::pending_handshake> pending);

    void decide(engine::handshake_decision made);

    std::unique_ptr<engine::pending_handshake> pending_;
    bool kept_ = false;  // moved out of the handler: decisions travel by the worker's mailbox
};

}  // namespace pushwire
