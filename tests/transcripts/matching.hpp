#pragma once
// Whether what came is what a transcript says: only what is written is compared.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "transcripts/inflating_peer.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

struct output_match {
    std::size_t size = 0;                ///< bytes at the start of the stream that are what was expected
    std::optional<std::string> wrong{};  ///< what is not as expected, in a few words
};

/// `peer` inflates what is compressed.
[[nodiscard]] output_match match(const expected_output& expected, std::span<const std::byte> stream,
                                 inflating_peer& peer);

[[nodiscard]] bool matches(const event_facts& written, const event_facts& came);

/// Whether what came of a message in parts begins with what is `written`; that is then taken off it. Where messages are cut
/// into parts depends on the reads, so parts are compared as a stream.
[[nodiscard]] bool take_part(const event_facts& written, event_facts& came);

/// Whether nothing is left of what came.
[[nodiscard]] bool is_taken(const event_facts& part);

[[nodiscard]] bool is_part(const event_facts& event);

}  // namespace pushwire::transcripts
