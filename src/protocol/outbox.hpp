#pragma once
// What a session has taken for sending and cannot put into its output yet: a message in parts that has not ended, and
// the messages behind it. It exists only while there is something in it, so an idle session pays a pointer.

#include <algorithm>
#include <cstddef>
#include <optional>

#include <pushwire/protocol/session.hpp>

#include "base/assert.hpp"
#include "protocol/utf8.hpp"
#include "protocol/waiting_messages.hpp"

namespace pushwire::protocol {

/// A message of ours that goes out in parts: it has begun, and has not ended.
struct message_in_parts {
    message_type type;
    bool check_text;
    std::size_t
        in_output;  // bytes of the output that must leave before the application's time for a part begins
    time_point waits_since;    // when it began
    bool has_frames = false;   // its first frame is in the output, or has left
    utf8_validator text = {};  // of the parts so far

    void left(std::size_t n, time_point now) {
        if (in_output == 0 || n == 0) return;
        in_output -= std::min(n, in_output);
        waits_since = now;
    }
};

struct outbox {
    explicit outbox(block_pool& pool) : waiting{pool} {}

    /// The message that goes out in parts, of a session that has begun one.
    message_in_parts& begun() {
        PUSHWIRE_ASSERT(in_parts);
        return *in_parts;
    }

    std::optional<message_in_parts> in_parts = {};
    waiting_messages waiting;
};

}  // namespace pushwire::protocol
