#pragma once
// TLS between a loop and the stream that uses it: to the loop it is a stream of ciphertext, and it tells the stream above
// it of plaintext in the very calls by which the loop tells a stream of what came. It works on any loop, and for either
// role.
//
//                    on_received                      on_received, on_committed
//   loop  <=======>  tls_stream  (OpenSSL)  <=======> the stream above
//                    send                             send
//
// What comes is decrypted within the call that brings it; what OpenSSL cannot take apart yet (a record in part) is all
// that stays. What goes is encrypted two records a call, and only while the loop holds nothing back, so that at most two
// records wait here for a peer that does not read, and the rest waits above, where it is bounded and can be dropped.
//
// A peer costs OpenSSL's state only once its first record is here: who connects and says little is cheap.
//
// Invariants:
//   - The stream above is told things only from within the loop's turn.
//   - The workspace is empty whenever the stream above is told something.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include <pushwire/tls.hpp>

#include "net/loop.hpp"
#include "net/tls_end.hpp"
#include "net/tls_error.hpp"
#include "net/tls_workspace.hpp"

namespace pushwire::net {

class tls_stream final : public stream {
  public:
    /// All that is passed outlives it; `above` may destroy it in its `on_closed`.
    tls_stream(loop& on, stream& above, tls_workspace& shared, std::shared_ptr<const tls_end> end);
    ~tls_stream() override;

    /// Whether the handshake is under way: nothing can be sent, and no end be told to the peer.
    [[nodiscard]] bool is_in_handshake() const { return state_ == state::handshake; }
    /// What was agreed on, once something was received.
    [[nodiscard]] tls_facts facts() const;

    /// What is encrypted and waits for the loop, in bytes.
    [[nodiscard]] std::size_t waiting_bytes() const {
        return waiting_ ? waiting_->leaving.capacity() + waiting_->later.capacity() : 0;
    }
    /// What comes before TLS is `taken` by another: it is given the bytes that come, and returns those that follow (none
    /// as long as there is more for it).
    void expect_before(std::function<std::span<std::byte>(std::span<std::byte>)> taken);

    // --- for the stream above, in place of the loop's calls of the same names

    void attach(int connected) { loop_.attach(*this, connected); }
    /// A client's: its handshake begins once it has connected.
    void connect(int connecting) { loop_.connect(*this, connecting); }
    /// As `loop::send`; `sent` counts plaintext, at most two records of it. Before the handshake is done the outcome says
    /// pending; after `tls_error::plain_http` bytes leave as they are; after another failure they go nowhere.
    send_outcome send(std::span<const std::span<const std::byte>> segments);
    void pause() { loop_.pause(*this); }
    void resume() { loop_.resume(*this); }
    /// Tells the peer that nothing more comes (close_notify), and ends our side. If something waits, `on_writable` tells
    /// when all is gone.
    void shut_write();
    void close();

    // --- what the loop tells
    std::span<std::byte> destination() override { return {}; }
    void on_received(std::span<std::byte> bytes) override;
    void on_committed(std::size_t) override {}
    void on_received_eof() override;
    void on_writable() override;
    void on_failed(std::error_code why) override;
    void on_closed() override;
    void on_expired() override;

    /// OpenSSL's info callback; the signature is OpenSSL's.
    static void on_progress(const ssl_st* connection, int where, int outcome);

  private:
    enum class state : std::uint8_t {
        handshake,
        open,
        plain,   // the peer speaks plain HTTP
        failed,  // the peer is not listened to any more
    };
    // Ciphertext that the loop has not taken.
    struct waiting {
        std::vector<std::byte> leaving;  // given to the loop
        std::size_t sent = 0;            // bytes of it that are gone
        std::vector<std::byte> later;
    };

    [[nodiscard]] bool has_first_record(std::span<const std::byte> bytes);
    void begin();
    void decrypt();
    [[nodiscard]] bool tell(std::size_t n);
    void judge(int outcome);
    [[nodiscard]] tls_error reason_of_handshake() const;
    void fail(tls_error why);
    void tell_eof();
    [[nodiscard]] std::span<const std::byte> next_record(std::span<const std::span<const std::byte>> segments,
                                                         std::size_t skipped);
    void leave();
    void leave_more();
    void tell_sent();
    void shut_if_due();

    loop& loop_;
    stream& above_;
    tls_workspace& shared_;
    std::shared_ptr<const tls_end> end_;
    std::unique_ptr<std::function<std::span<std::byte>(std::span<std::byte>)>> before_;
    std::vector<std::byte> first_record_;  // in part
    tls_handle<ssl_st> ssl_;               // once there is something for it
    std::unique_ptr<waiting> waiting_;
    std::uint8_t key_updates_ = 0;  // in a row, without data between them
    state state_ = state::handshake;
    bool above_waits_ = false;  // for on_writable
    bool shut_wanted_ = false;  // once nothing waits
    bool shut_ = false;         // our side has ended
    bool eof_told_ = false;
    bool closed_ = false;
};

}  // namespace pushwire::net
