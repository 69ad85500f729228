#pragma once
// What a transcript is played against: one end of a connection, of which everything that comes is collected. A session with
// a stream and a clock around it (endpoint.hpp), or a client on a socket (client_end.hpp).

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

/// Everything that came, the implied opening handshake included.
struct record {
    bytes output;
    std::vector<std::string> events;

    friend bool operator==(const record&, const record&) = default;
};

class tested_end {
  public:
    virtual ~tested_end() = default;

    /// From now on requests are events; before, well-formed handshakes are accepted and all else is refused.
    virtual void answer_by_hand() = 0;

    // --- what the peer and the world do; what comes of it is there when they return
    virtual void feed(std::span<const std::byte> data) = 0;
    virtual void end_input() = 0;
    virtual void pass(std::chrono::milliseconds time) = 0;
    /// What the end itself does, or the stream under it.
    virtual void act(const step_kind& action) = 0;

    /// Something that no step can ask for: the end broke its contract.
    [[nodiscard]] virtual const std::optional<std::string>& broken() const = 0;
    /// All that came.
    [[nodiscard]] virtual const record& came() = 0;

    /// What came and was not compared yet.
    bytes output;
    std::deque<event_facts> events;
};

}  // namespace pushwire::transcripts
