#pragma once
// A conversation as text (README.md beside this file): what it sets up, and its steps in order. Parsing only: nothing
// here plays anything, and it needs the public headers alone, so tools and fuzzers read the files with it too.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <pushwire/compression.hpp>
#include <pushwire/error.hpp>
#include <pushwire/limits.hpp>
#include <pushwire/message.hpp>
#include <pushwire/protocol/session.hpp>

namespace pushwire::transcripts {

using bytes = std::vector<std::byte>;

/// What a transcript says before its first step.
struct setup {
    protocol::role role = protocol::role::server;
    bool opening = false;  ///< it shows the opening handshake; otherwise one is implied before its first step
    bool manual = false;   ///< requests are events, and answered by its steps alone
    bool in_parts = false;  ///< messages are handed out in parts
    bool whole = false;     ///< it is played as written only, never cut
    pushwire::limits limits;
    std::vector<std::string> subprotocols{};     ///< a server speaks them, a client offers them
    pushwire::compression compression;           ///< as our end wants it
    std::string offered{};                       ///< of permessage-deflate, in the implied opening handshake
    std::string agreed{};                        ///< what the server of that handshake answers
    std::vector<protocol::masking_key> masks{};  ///< what a client draws, in turn
    protocol::client_request request;            ///< what a client opens with
};

// --- what the peer and the world do

struct input {
    bytes data{};
};
struct end_of_input {};
struct passage {
    std::chrono::milliseconds time;
};

// --- what must come of it

/// An HTTP head whose fields may come in any order: only what is written is compared.
struct head_pattern {
    std::string start;                                          ///< the start line, or the first words of it
    std::vector<std::pair<std::string, std::string>> fields{};  ///< each exactly once, with that value
    std::vector<std::string> absent{};                          ///< names of fields
    std::optional<std::string> body{};
    bool bodiless = false;  ///< no body follows, whatever Content-Length says
};
/// A compressed message of one frame, with whatever data the peer inflates to these bytes.
struct compressed_pattern {
    message_type type;
    bytes data{};
};
struct expected_output {
    std::variant<bytes, head_pattern, compressed_pattern> what;
};

/// What is known of an event. A written one says what it wants compared; one that came says everything.
struct event_facts {
    protocol::event_type type = protocol::event_type::none;
    std::optional<bytes> data{};  ///< payload of a message, a part of one, ping or pong
    bool first = false;           ///< of the parts of a message
    bool last = false;

    std::optional<std::string> method{};  ///< request
    std::optional<std::string> target{};
    std::optional<bool> handshake{};
    std::vector<std::pair<std::string, std::string>> fields{};
    std::optional<std::string> body{};

    std::optional<std::string> subprotocol{};  ///< opened

    std::optional<std::uint16_t> code{};  ///< closed: as in close_info
    std::optional<std::uint16_t> sent_code{};
    std::optional<error> why{};
    std::optional<bool> began_by_peer{};
    std::optional<std::string> reason{};
};

// --- what the endpoint itself does

struct send_message {
    message_type type;
    bytes data{};
    bool shared = false;  ///< as a publication: one encoded frame for many receivers
    protocol::send_result result = protocol::send_result::accepted;
};
struct send_ping {
    bytes data{};
    protocol::send_result result = protocol::send_result::accepted;
};
struct begin_message {
    message_type type;
    std::optional<protocol::send_result> result{};  ///< here and below, none: whatever it says
};
struct send_part {
    bytes data{};
    std::optional<protocol::send_result> result{};
};
struct end_message {
    std::optional<protocol::send_result> result{};
};
struct begin_close {
    std::uint16_t code = 0;
    std::string reason;
};
struct fail_with {
    error why;
};
struct accept_request {
    protocol::acceptance with;
};
struct refuse_request {
    error why = error::none;  ///< if not none, the rest is what the table says
    std::uint16_t status = 0;
    std::string body{};
    header_list headers{};
};
struct respond_to_request {
    response answer;
};
struct release_request {};

// --- what the stream under it does with the output

struct hold {};  ///< takes nothing more, until `flow`
struct flow {};
struct take {
    std::size_t size;  ///< bytes
};
struct drop {
    std::size_t size;  ///< bytes, at least, if there are so many: of the messages that wait
};

using step_kind =
    std::variant<input, end_of_input, passage, expected_output, event_facts, send_message, send_ping,
                 begin_message, send_part, end_message, begin_close, fail_with, accept_request,
                 refuse_request, respond_to_request, release_request, hold, flow, take, drop>;

struct step {
    int line = 0;  ///< in the file, from 1
    step_kind what;
};

struct transcript {
    std::string name;  ///< of the file, as it was given: what failures are reported with
    transcripts::setup setup;
    std::vector<step> steps{};
};

struct parse_error {
    std::string name;
    int line = 0;
    std::string what;

    [[nodiscard]] std::string text() const { return name + ":" + std::to_string(line) + ": " + what; }
};

/// Reads a transcript from `text`; `name` is kept for failures.
[[nodiscard]] std::expected<transcript, parse_error> parse(std::string_view text, std::string name);

/// The opening handshake that goes before every transcript that does not show its own.
[[nodiscard]] transcript implied_opening(const setup& setup);

}  // namespace pushwire::transcripts
