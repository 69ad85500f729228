#pragma once
// What a session is about, beyond being open: an idle one has none. It opens, takes in something that came in part, holds
// back something that it shall send, or has come to its end.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <pushwire/protocol/session.hpp>

#include "protocol/assembly.hpp"
#include "protocol/control_frame.hpp"
#include "protocol/opening_handshake.hpp"
#include "protocol/outbox.hpp"

namespace pushwire::protocol {

/// Of the frame whose payload has not come in full.
enum class session::payload_kind : std::uint8_t { none, data, control, discarded };

struct session::activity {
    std::span<std::byte> unread = {};              // received, and not parsed
    std::unique_ptr<std::vector<std::byte>> held;  // where `unread` lies, if not in the caller's buffer
    std::unique_ptr<opening_handshake> handshake;
    std::unique_ptr<protocol::assembly> assembly;  // the unfinished message
    std::unique_ptr<control_frame> control;        // a control frame that came in part
    std::unique_ptr<control_frame> next_pong;      // waits until the pong before it has left
    std::unique_ptr<protocol::outbox> outbox;      // what cannot go into the output yet
    std::unique_ptr<std::string> reason;           // of the peer's close frame
    std::size_t close_end = 0;                     // bytes of the output up to the end of our close frame
    std::uint64_t payload_left = 0;                // bytes to come of the frame under way

    std::array<std::byte, max_frame_header> header = {};  // the beginning of a header that came in part
    std::uint8_t header_size = 0;
    payload_kind under_way = payload_kind::none;
    bool fragmented = false;          // amid a message: between its first frame and the end of its last
    bool keeps = false;               // an event may have left something, which `release_spent` looks for
    bool destination_lent = false;    // the stream may be reading into the assembly
    bool uses_whole_message = false;  // of codecs: what it shows is the last event's
    bool request_begun = false;       // some byte of a request came
    bool request_waits = false;       // for its answer
    bool closed_told = false;
    bool began_by_peer = false;
    error why = error::none;
    std::uint16_t code = close_code::abnormal;
    std::uint16_t sent_code = 0;

    void reset() { *this = {}; }
    /// The same, sooner, of one that `is_over`.
    void reset_over() {
        if (held || assembly || control || reason) return reset();
        unread = {};
        close_end = 0;
        payload_left = 0;
        destination_lent = uses_whole_message = request_begun = request_waits = false;
    }
    /// It is not amid a frame or a message, and the last event has left nothing behind.
    [[nodiscard]] bool is_between_messages() const {
        return (static_cast<unsigned>(under_way) | header_size | unsigned{fragmented} | unsigned{keeps}) == 0;
    }
    /// Nothing of it would be missed in the open phase.
    [[nodiscard]] bool is_over() const {
        return unread.empty() && is_between_messages() && !handshake && !next_pong && !outbox;
    }
};

}  // namespace pushwire::protocol
