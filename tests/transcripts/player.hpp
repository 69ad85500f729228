#pragma once
// Plays a transcript against an end of a connection, and says where what comes is not what is written.
//
// The same conversation can reach an endpoint in many pieces; what comes of it must not depend on them. So a transcript
// is played in several ways. Against a session every read comes from a heap buffer of its exact size that lives no longer
// than the session may look at it: a view kept too long, or a step past the end, is found by AddressSanitizer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transcripts/tested_end.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

enum class cutting : std::uint8_t {
    as_written,  ///< one read for each `<`
    joined,      ///< one read for all the input up to the next step that is neither input nor expectation
    singly,      ///< a read for each byte
    random,      ///< reads of random sizes
};

/// One way to play a transcript.
struct way {
    transcripts::cutting cutting = cutting::as_written;
    std::uint64_t seed = 0;        ///< of all that is random
    bool uses_destination = true;  ///< reads where the session offers room, if it does
    bool pauses = false;           ///< takes unread bytes back now and then, and passes them in again
    bool expires_early = false;    ///< calls `expire` when nothing is due, now and then
    bool writes_partly =
        false;  ///< consumes the output in pieces of random size, and messages where they lie
};

/// `cut at random places, seed 3`.
[[nodiscard]] std::string to_text(const way& way);

/// The ways that every transcript is played in; those that say `whole` in the first one only.
[[nodiscard]] std::vector<way> ways_to_play(const setup& setup);

struct played {
    std::optional<std::string> failure;  ///< file, line, and a comparison in the notation
    record came;
};

/// Against a session.
[[nodiscard]] played play(const transcript& conversation, const way& way);
/// Against another end, which is new.
[[nodiscard]] played play(const transcript& conversation, const way& way, tested_end& against);

}  // namespace pushwire::transcripts
