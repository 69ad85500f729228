#pragma once
// Compares what a connection receives with what it must be, byte by byte, and counts the messages.

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "frame.hpp"
#include "messages.hpp"

namespace pushwire::bench {

/// The compressed replies that were right, by message: what comes again in the same bytes need not be inflated again.
/// Shared by all connections.
struct known_replies {
    explicit known_replies(std::size_t messages) : frames{messages} {}

    std::vector<std::vector<std::byte>> frames;
    std::vector<std::byte> scratch;
};

class reply_reader {
  public:
    /// Expects the messages from `first` on. `of` and `known` must outlive it.
    reply_reader(const messages& of, known_replies& known, std::size_t first);

    /// Checks what came, and says how many messages that completes. Throws failure with what is wrong.
    std::size_t receive(std::span<const std::byte> received) {
        if (of_->compressed() || unusual_) [[unlikely]]
            return receive_frames(received);
        return compare(received);
    }

    /// The ping that came, and has to be answered before the next call; null if none did.
    [[nodiscard]] std::unique_ptr<frame_collector> take_ping() { return std::move(ping_); }

  private:
    std::size_t compare(std::span<const std::byte> received);
    std::size_t meet_difference(std::span<const std::byte> received);
    std::size_t receive_frames(std::span<const std::byte> received);
    bool is_known(std::span<const std::byte>& received);
    std::size_t finish_frame();
    void check_compressed(const frame_collector& frame);
    void advance(std::size_t bytes);
    std::size_t index() const { return position_ / of_->reply_bytes(); }

    const messages* of_;
    known_replies* known_;
    std::size_t position_;                      // in the ring of replies
    std::size_t partial_ = 0;                   // bytes of a reply that is not complete
    std::unique_ptr<frame_collector> unusual_;  // a frame that the ring does not hold, under way
    std::unique_ptr<frame_collector> ping_;
};

}  // namespace pushwire::bench
