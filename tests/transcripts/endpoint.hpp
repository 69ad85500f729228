#pragma once
// A session with everything that a transcript puts around it: the pool, the masks, the clock, a stream that delivers and
// takes bytes in the pieces that a way of playing asks for. It collects what comes; player.cpp compares it.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>

#include <pushwire/protocol/session.hpp>

#include "transcripts/player.hpp"
#include "transcripts/tested_end.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

/// What a session may hold unfinished, in bytes: a message with what is kept of it beside its payload, and the head (and
/// body) that it came with, as long as somebody may ask for it.
[[nodiscard]] std::size_t most_unfinished(const protocol::session_settings& settings);

class endpoint final : public tested_end {
  public:
    endpoint(const setup& setup, const way& way);
    endpoint(const endpoint&) = delete;
    endpoint& operator=(const endpoint&) = delete;

    void answer_by_hand() override { answers_by_hand_ = true; }
    void feed(std::span<const std::byte> data) override;
    void end_input() override;
    void pass(std::chrono::milliseconds time) override;
    void act(const step_kind& action) override;

    void perform(const send_message& action);
    void perform(const send_ping& action);
    void perform(const begin_message& action);
    void perform(const send_part& action);
    void perform(const end_message& action);
    void perform(const begin_close& action);
    void perform(const fail_with& action);
    void perform(const accept_request& action);
    void perform(const refuse_request& action);
    void perform(const respond_to_request& action);
    void perform(const release_request& action);
    void perform(const hold& action);
    void perform(const flow& action);
    void perform(const take& action);
    void perform(const drop& action);

    [[nodiscard]] const std::optional<std::string>& broken() const override { return broken_; }
    [[nodiscard]] const record& came() override;

    [[nodiscard]] const protocol::session& tested() const { return session_; }
    [[nodiscard]] protocol::role role() const { return settings_.role; }
    /// A request was told, and neither it nor the connection is done with.
    [[nodiscard]] bool request_waits() const { return request_waits_ && !told_closed_; }

  private:
    void pump();
    void receive(std::span<const std::byte> data);
    void pass_unread_in_again();
    void collect(const protocol::event& event);
    void collect_part(event_facts part);
    void record_part();
    void answer();
    void write_all();
    std::size_t write_some(std::size_t most);
    void note_written(std::span<const std::byte> written);
    bool send_in_place(const send_message& action);
    void check_result(std::optional<protocol::send_result> expected, protocol::send_result said);
    void must(bool holds, const char* what);
    std::size_t random(std::size_t low, std::size_t high);
    bool sometimes() { return random(0, 3) == 0; }

    struct masks {
        std::vector<protocol::masking_key> keys;
        std::size_t next = 0;
    };

    transcripts::way way_;
    std::mt19937_64 engine_;
    masks masks_;
    protocol::codec_pool codecs_;
    protocol::session_settings settings_;
    protocol::block_pool blocks_;
    protocol::shared_frames shared_{blocks_};
    protocol::time_point now_{std::chrono::hours{1}};
    bool held_ = false;
    bool answers_by_hand_ = false;
    bool request_waits_ = false;
    bool told_closed_ = false;
    bool amid_message_ = false;  // that is told in parts
    std::optional<std::string> broken_;
    record came_;
    std::optional<event_facts>
        part_;  // the last event, if it is one: to be recorded when it is known how far it goes
    std::unique_ptr<std::byte[]> buffer_;  // of the last receive
    protocol::session session_;
};

}  // namespace pushwire::transcripts
