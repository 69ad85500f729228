// One connection of the load generator: it keeps a number of messages in flight and checks every byte of
// every reply.
//
// It opens itself while nothing is measured yet, waiting for the server; from `start` on it never waits.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include "load_messages.hpp"
#include "load_options.hpp"

namespace bench {

class load_connection {
  public:
    /// Connects, and for a WebSocket performs the opening handshake. `messages` must outlive the connection,
    /// which begins with another message than connection `number - 1` does. Throws std::runtime_error.
    load_connection(const load_options& options, const load_messages& messages, std::size_t number);
    load_connection(load_connection&& other) noexcept;
    load_connection& operator=(load_connection&&) = delete;
    ~load_connection();

    int descriptor() const { return fd_; }
    std::uint64_t bytes_received() const { return bytes_received_; }

    /// Sends the first `depth` messages.
    std::expected<void, std::string> start(std::size_t depth);

    /// Reads once into `buffer`, checks what came, and sends one message for each reply that is complete.
    /// Returns how many were; an error says what was wrong with the reply or the connection.
    std::expected<std::size_t, std::string> receive(std::span<std::byte> buffer);

    /// Hands to the kernel what it takes of the messages due. What it does not take waits: `write_pending`.
    std::expected<void, std::string> write();
    bool write_pending() const { return due_bytes_ > 0; }

  private:
    std::expected<void, std::string> check(std::span<const std::byte> received);
    std::string describe_difference(std::span<const std::byte> received) const;

    const load_messages* messages_;
    std::size_t number_;
    int fd_;

    // Places in the two rings, and what is left to do there.
    std::size_t send_position_;
    std::size_t reply_position_;
    std::size_t due_bytes_ = 0;      // to be sent
    std::size_t partial_bytes_ = 0;  // received of a reply that is not complete

    std::uint64_t bytes_received_ = 0;
};

}  // namespace bench
