#pragma once
// A conversation as a fuzzer's input: the settings and steps of a transcript, without what must come of them, in bytes
// that can be mutated well. Every input is a script. What a transcript's input can be written as, it is: whole masked frames
// are kept unmasked, so that a mutation of a text stays near to text, and long runs of one byte are short.
//
//   byte 0   bit 0: the opening handshake is shown; bit 1: requests are answered by hand; bit 2: messages come in parts
//   byte 1   how it is played the second time: see way_of
//   byte 2   the seed of that
//   then     records: a byte that says which, and what belongs to it

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "transcripts/player.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::fuzz {

/// The numbers stay as they are: the corpus is written in them. Those that no record has are passed over.
enum class record : std::uint8_t {
    input,
    frame,
    end_of_input,
    passage,
    send,
    publish,
    ping,
    close,
    fail,
    accept,
    refuse,
    refuse_with,
    respond,
    release,
    hold,
    flow,
    take,
    // Settings: wherever they stand, they hold from the start.
    limit = 18,
    subprotocol,
    mask,
    host,
    target,
    header,
    // Steps again.
    begin,
    part,
    end,
    drop,
    // Settings again.
    compression,
    offered,
    agreed,
};

/// How data are written: a byte below `long_literal` is the length of what follows it.
namespace data_form {
inline constexpr std::uint8_t long_literal = 0xf0;  ///< two bytes of length, then so many
inline constexpr std::uint8_t run = 0xf1;   ///< three bytes of length, one byte to repeat; more data follow
inline constexpr std::uint8_t more = 0xf2;  ///< two bytes of length, then so many; more data follow
}  // namespace data_form

/// What `record::limit` means by its first byte.
inline constexpr std::size_t pushwire::limits::* size_limits[] = {
    &limits::max_message,       &limits::max_backlog, &limits::max_header,
    &limits::max_header_fields, &limits::max_body,    &limits::max_inflated};
inline constexpr std::chrono::milliseconds pushwire::limits::* time_limits[] = {
    &limits::handshake_time, &limits::ping_after, &limits::idle_timeout,
    &limits::closing_time,   &limits::part_time,  &limits::message_time};
inline constexpr const char* size_limit_names[] = {"max_message",       "max_backlog", "max_header",
                                                   "max_header_fields", "max_body",    "max_inflated"};
inline constexpr const char* time_limit_names[] = {"handshake_time", "ping_after", "idle_timeout",
                                                   "closing_time",   "part_time",  "message_time"};

/// The key that frames written as `record::frame` are masked with.
inline constexpr protocol::masking_key usual_mask{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21},
                                                  std::byte{0x3d}};

/// The extension of the implied opening handshake where a script wants compression and says no more, as in a transcript.
inline constexpr const char* usual_offer = "permessage-deflate";
inline constexpr const char* usual_agreement =
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

struct script {
    transcripts::setup setup;
    std::vector<transcripts::step> steps;
    transcripts::way way;  ///< how to play it the second time
};

/// Bytes that all payloads and inputs of a script have together at most, runs written out.
inline constexpr std::size_t max_script_bytes = std::size_t{256} << 10;
/// The same where messages may be compressed: each byte can become a thousand.
inline constexpr std::size_t max_compressed_script_bytes = std::size_t{32} << 10;

[[nodiscard]] script read_script(protocol::role role, std::span<const std::uint8_t> input);

/// The input that reads as `conversation` (without expectations), played in the way that `way` and `seed` mean.
[[nodiscard]] std::vector<std::uint8_t> write_script(const transcripts::transcript& conversation,
                                                     std::uint8_t way, std::uint8_t seed);

/// The script as a transcript without expectations, to turn a finding into a test. What a transcript cannot say (a target
/// with spaces in it) is written as it is.
[[nodiscard]] std::string to_text(const script& script);

}  // namespace pushwire::fuzz
