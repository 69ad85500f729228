#pragma once
// Compression of messages (permessage-deflate, RFC 7692), as one endpoint wants it. What is used on a connection is what
// both ends agree on in the opening handshake.

#include <cstddef>

namespace pushwire {

/// The names are those of RFC 7692 7.1. "Context" is the data of earlier messages that a later one may refer back to:
/// keeping it makes small messages of the same kind much smaller, and costs memory for each connection.
struct compression {
    /// Off: a server declines every offer, a client makes none.
    bool enabled = false;

    /// Messages of fewer bytes are sent as they are: they would shrink by little, or grow.
    std::size_t threshold = 256;

    /// 1 (fast) to 9 (small): how hard to try. 0: what pays, which is 1 or 3.
    int level = 0;

    /// Whether the server compresses each message by itself, and the client does. A server that keeps context leaves the
    /// last word to the client, and the other way round: true at one end is true for both. Where context is kept, an end
    /// holds at most two to the power of the window bits, in bytes, for each direction of the connection; where none is,
    /// a connection that waits holds nothing.
    bool server_no_context_takeover = true;
    bool client_no_context_takeover = true;

    /// How far back a message may refer: 8 (256 bytes) to 15 (32 KiB). The smaller of what the two ends want is used.
    /// A client that cannot be told how far keeps no context instead, if the server wants less than 15.
    int server_max_window_bits = 15;
    int client_max_window_bits = 15;
};

}  // namespace pushwire
