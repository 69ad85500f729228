#pragma once
// A pushwire::client as it ships, under a transcript: over a socket of the loopback interface, with the test as its peer and
// its clock. What is not the client's to do is left out, see `why_left_out`.
//
//   transcript -> peer's socket == kernel == client's socket -> clocked_loop -> client -> handlers
//
// Nothing sleeps: the client tells of all bytes that come and go (`on_bytes`), so it is known when it has had everything that
// the peer wrote, and how much the peer has to read.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>

#include <pushwire/client.hpp>

#include "net/socket.hpp"
#include "support/clocked_loop.hpp"
#include "transcripts/client_stream.hpp"
#include "transcripts/player.hpp"
#include "transcripts/tested_end.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

/// Why a transcript of a client's session cannot be played against a client; nullopt: it can.
[[nodiscard]] std::optional<std::string> why_left_out(const transcript& conversation);

/// The same without what a client does not tell: it answers pings, and has no event for them.
[[nodiscard]] transcript as_clients_tell(transcript conversation);

class client_end final : public tested_end {
  public:
    client_end(const setup& setup, const way& way);
    ~client_end() override;

    void answer_by_hand() override {}
    void feed(std::span<const std::byte> data) override;
    void end_input() override;
    void pass(std::chrono::milliseconds time) override;
    void act(const step_kind& action) override;
    [[nodiscard]] const std::optional<std::string>& broken() const override { return broken_; }
    [[nodiscard]] const record& came() override { return came_; }

    /// The end of the conversation: the client leaves as it should, and nothing more comes. Says what is wrong.
    [[nodiscard]] std::optional<std::string> finish();

  private:
    void set_up(const setup& setup);
    void act_on(const send_message& action);
    void act_on(const send_ping& action);
    void act_on(const begin_close& action);
    void act_on(const fail_with& action);

    template <class Condition>
    bool turn_until(Condition holds);
    void turn(bool waits);
    void rest();
    void write(std::span<const std::byte> data);
    bool write_some();
    bool read_some();
    void tell(event_facts facts);
    void must(bool holds, const char* what);
    std::size_t size_of_piece(std::size_t done, std::size_t left);

    transcripts::way way_;
    std::mt19937_64 engine_;
    client_stream stream_;
    net::listening listening_;
    net::unique_descriptor peer_;
    std::unique_ptr<client> client_;
    support::clocked_loop* loop_ = nullptr;  // the client's

    bytes unsent_;               // of the peer
    std::size_t written_ = 0;    // by the peer, in bytes
    std::size_t came_in_ = 0;    // as the client tells
    std::size_t went_out_ = 0;   // the same
    std::size_t read_ = 0;       // by the peer
    bool client_runs_ = true;    // `start` would not return
    bool client_ended_ = false;  // its side of the connection
    bool told_closed_ = false;
    bool throws_at_pong_ = false;
    std::optional<std::string> broken_;
    record came_;
};

}  // namespace pushwire::transcripts
