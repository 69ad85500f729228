// What the raw servers on io_uring share: a ring of one thread, the connections that it accepts, and the buffers that it
// receives into. A connection is a number in the ring's own table of files, from 0.
//
// Invariant: a buffer belongs to the kernel until something was received into it, and again after `give_back`.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <liburing.h>

namespace bench {

class raw_ring {
  public:
    enum class what : std::uint8_t { accepted, received, sent, closed };

    struct event {
        raw_ring::what what;
        int connection;
        std::uint16_t buffer;  // that was received into or sent from
        int result;            // bytes, or a negated errno
        bool more;             // what was asked for goes on
    };

    /// Accepts from a socket that listens. Buffers for messages of about so many bytes each. The kernel takes all of it
    /// back when the process ends, and not before.
    raw_ring(int listener, std::size_t message_bytes);
    raw_ring(const raw_ring&) = delete;
    raw_ring& operator=(const raw_ring&) = delete;

    /// Until its end, an error, or no buffer is left (ENOBUFS).
    void receive(int connection);
    /// The first bytes of a buffer, all of them, however often the kernel has to be asked.
    void send(int connection, std::uint16_t buffer, std::size_t size);
    void give_back(std::uint16_t buffer);
    void close(int connection);

    /// Hands over in one submission what was asked for, and waits. The span is good until the next turn.
    std::span<const event> turn();

  private:
    void accept();
    io_uring_sqe* entry();
    std::byte* buffer(std::uint16_t number) { return buffers_ + number * buffer_stride_; }

    int listener_;
    io_uring ring_{};
    io_uring_buf_ring* free_buffers_ = nullptr;
    std::byte* buffers_ = nullptr;
    std::size_t buffer_bytes_;
    std::size_t buffer_stride_;
    unsigned buffer_count_;
    std::vector<event> events_;
};

}  // namespace bench
