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

    /// All backlogs of the server together, in memory: where many share a message it counts once. If they hold more, the
    /// connection whose queue has been stuck longest is closed with 1013, whatever its policy. Each worker has an equal
    /// share, which must have room for `max_message` and `max_backlog`. 0: an eighth of the memory that the machine and
    /// its control group grant, or what the largest message needs.
    std::size_t max_all_backlogs = 0;
    /// All that came in part: unfinished messages and requests, and what was read from connections that are paused. If
    /// they hold more, the one that has waited longest for a byte is failed with 1013 (a request with 503); nobody else
    /// is held up. Shared out as above; a share must have room for `max_message`. 0: as above.
    std::size_t max_all_unfinished = 0;

    /// Connections of the whole server; more get 503. Each worker has an equal share. 0: 131,072. In any case no more
    /// than the process's limit of file descriptors leaves.
    std::size_t max_connections = 0;

    /// Connections of one address, also those that are opening or closing; more get 429. An IPv6 address stands for its
    /// block of 64 bits. Behind a trusted proxy it is the client's address that counts, from the handshake on; those of
    /// the proxies themselves, the loopback and Unix peers never do. Over TLS who is one too many is closed without a
    /// word, since a TLS handshake is what he must not cost. 0: any number.
    std::size_t max_connections_per_address = 0;
    /// New connections of one address in a second, and at once after a rest; more get 429. Counted as above. 0: any.
    std::size_t accept_rate_per_address = 0;
    /// New connections of the whole server in a second, refused ones too; more wait in the kernel's queue. Each worker
    /// has an equal share. 0: any.
    std::size_t accept_rate = 0;

    /// Messages, pings and pongs that one connection may send in a second; a faster one is failed with 1008. 0: any.
    std::size_t message_rate = 0;
    /// How many of them may come at once, after a rest. 0: as many as in a second.
    std::size_t message_burst = 0;

    /// The opening handshake: request line and header fields together, the number of fields, a plain request's body.
    std::size_t max_header = std::size_t{16} << 10;
    std::size_t max_header_fields = 100;
    std::size_t max_body = std::size_t{1} << 20;

    /// Calls from other threads that wait in one worker's mailbox; in a group of processes also what others have sent to a
    /// member or to a mailbox, where two of the largest messages fit in any case.
    std::size_t max_mailbox = std::size_t{64} << 20;

    /// Topics of one connection, and the length of a topic's name.
    std::size_t max_topics = 1024;
    std::size_t max_topic_name = 1024;

    /// A message must come on: 64 KiB of it, or its rest, in this time, or the connection is failed with 1008. 0: never.
    /// The time for which you `pause` the connection does not count, nor does it in `idle_timeout`.
    std::chrono::milliseconds message_time{60'000};
    /// What waits for a peer must move on: 64 KiB of it, or all of it if it is less, must be taken in this time, or the
    /// connection is failed with 1008. 0: never.
    std::chrono::milliseconds stuck_time{60'000};

    std::chrono::milliseconds handshake_time{10'000};  ///< from accept to the end of the opening handshake
    /// Of silence a ping is sent; 0: never. It must be shorter than `idle_timeout`: a client that only listens is kept
    /// by its pongs.
    std::chrono::milliseconds ping_after{30'000};
    std::chrono::milliseconds idle_timeout{60'000};  ///< without any byte (a pong counts) ends it; 0: never
    std::chrono::milliseconds part_time{30'000};     ///< for our next part of a message in parts; 0: any time
    std::chrono::milliseconds closing_time{5'000};   ///< for the peer to finish the closing handshake
    std::chrono::milliseconds grace{8'000};          ///< for all connections to close when the server stops
    /// Over which `drain` spreads the close frames; 0: all at once.
    std::chrono::milliseconds drain_time{0};
};

}  // namespace pushwire
