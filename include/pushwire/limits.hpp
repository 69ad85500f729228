#pragma once
// Every bound of a server in one place: each queue and each wait has its field here.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace pushwire {

/// What happens to a message pushed to a connection whose backlog is full.
enum class backlog_policy : std::uint8_t {
    refuse,       ///< the new message is not taken: `push` says `refused_backlog`
    drop_oldest,  ///< the oldest messages that the kernel has not begun to take make room
    close,        ///< the connection is failed with 1013
};

/// All sizes are in bytes. 0 never means "without bound", except where it says so.
struct limits {
    /// The largest message taken from a peer, whole. A larger one fails the connection with 1009.
    std::size_t max_message = std::size_t{16} << 20;

    /// The largest message that a compressed one may inflate to; it is checked while inflating, and a larger one fails the
    /// connection with 1009. 0: as `max_message`. What may come on the wire for it is bounded too: 17 times as much, and
    /// only while it yields something.
    std::size_t max_inflated = 0;

    /// What may wait for one connection to read. A message up to `max_message` is always taken when nothing
    /// waits; otherwise only if it fits here.
    std::size_t max_backlog = std::size_t{1} << 20;
    backlog_policy when_backlog_full = backlog_policy::refuse;

    /// Connections of the whole server; more get 503. 0: what the process's limit of file descriptors leaves.
    std::size_t max_connections = 0;

    /// The opening handshake: request line and header fields together, the number of fields, a plain request's body.
    std::size_t max_header = std::size_t{16} << 10;
    std::size_t max_header_fields = 100;
    std::size_t max_body = std::size_t{1} << 20;

    /// Calls from other threads that wait in one worker's mailbox.
    std::size_t max_mailbox = std::size_t{64} << 20;

    /// Topics of one connection, and the length of a topic's name.
    std::size_t max_topics = 1024;
    std::size_t max_topic_name = 1024;

    std::chrono::milliseconds handshake_time{10'000};  ///< from accept to the end of the opening handshake
    std::chrono::milliseconds ping_after{30'000};      ///< of silence a ping is sent; 0: never
    std::chrono::milliseconds idle_timeout{60'000};    ///< without any byte (a pong counts) ends it; 0: never
    std::chrono::milliseconds part_time{30'000};    ///< for our next part of a message in parts; 0: any time
    std::chrono::milliseconds closing_time{5'000};  ///< for the peer to finish the closing handshake
    std::chrono::milliseconds grace{8'000};         ///< for all connections to close when the server stops
    /// Over which `drain` spreads the close frames; 0: all at once.
    std::chrono::milliseconds drain_time{0};
};

}  // namespace pushwire
