#pragma once
// One connection that sends the ring of messages, and checks every byte of the ring that comes back. It never waits:
// what the kernel does not take is pending.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "messages.hpp"
#include "poller.hpp"
#include "reply_reader.hpp"
#include "stream.hpp"

namespace pushwire::bench {

class connection {
  public:
    /// Of an open `over`. Begins with message `first`, in both directions.
    connection(stream over, std::size_t number, const messages& of, known_replies& known, std::size_t first);

    void watch(poller& by) { by.add(stream_.descriptor(), EPOLLIN, number_); }

    /// Makes `many` more messages due, and hands to the kernel what it takes of them; nothing while it still has to say
    /// that it takes more. Throws failure, as all here.
    void send(std::size_t many, poller& by) {
        due_bytes_ += of_->bytes_of(due_index_, many);
        due_index_ += many;
        if (due_index_ >= of_->count()) [[unlikely]]
            due_index_ %= of_->count();
        if (waits_for_write_) [[unlikely]]
            return;
        write();
        if (write_pending()) [[unlikely]]
            change_interest(by);
    }

    /// The socket is ready: goes on sending, and reads once into `buffer`. Says how many replies are complete.
    std::size_t ready(std::uint32_t events, std::span<std::byte> buffer, poller& by) {
        std::size_t completed = 0;
        if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) [[likely]] {
            const auto got = stream_.read(buffer);
            completed =
                got.status == transfer_status::done ? check(buffer.first(got.bytes)) : meet(got.status);
        }
        if ((events & EPOLLOUT) || pong_) [[unlikely]] {
            write();
            if (waits_for_write_ != write_pending()) change_interest(by);
        }
        return completed;
    }
    /// Then `ready` has to be called once more, with EPOLLIN.
    [[nodiscard]] bool has_more() const { return stream_.read_again(); }
    [[nodiscard]] std::uint64_t bytes_received() const { return bytes_received_; }

    /// To be called once a second, and whether something is to come: for how many calls nothing has.
    [[nodiscard]] int seconds_without_progress(bool waiting);

  private:
    [[nodiscard]] bool write_pending() const { return due_bytes_ > 0 || pong_; }
    void write() {
        if (pong_ && !write_pong()) [[unlikely]]
            return;
        while (due_bytes_ > 0) {
            if (!write_bytes(std::min(due_bytes_, of_->outgoing().size() - send_position_))) return;
        }
    }
    // False if the kernel did not take all of it.
    bool write_bytes(std::size_t size) {
        const auto ring = of_->outgoing();
        const auto gone = stream_.write(ring.subspan(send_position_, size));
        if (gone.status != transfer_status::done && gone.status != transfer_status::later) [[unlikely]]
            fail_to_send();
        due_bytes_ -= gone.bytes;
        send_position_ += gone.bytes;
        if (send_position_ == ring.size()) send_position_ = 0;
        return gone.bytes == size;
    }
    bool write_pong();
    std::size_t check(std::span<const std::byte> received);
    std::size_t meet(transfer_status unusual) const;
    void answer(const frame_collector& ping);
    void change_interest(poller& by);
    [[noreturn]] void fail_to_send() const;
    [[noreturn]] void fail(std::string_view why) const;

    stream stream_;
    const messages* of_;
    std::uint32_t number_;
    std::uint8_t checks_ = 0;  // seconds without progress
    bool waits_for_write_ = false;

    std::size_t send_position_;  // in the ring of outgoing messages
    std::size_t due_index_;      // the message that is due next
    std::size_t due_bytes_ = 0;  // to be sent, from send_position_ on
    reply_reader replies_;
    std::uint64_t bytes_received_ = 0;
    std::uint64_t bytes_seen_ = 0;                  // at the last check
    std::unique_ptr<std::vector<std::byte>> pong_;  // to be sent between two messages
};

}  // namespace pushwire::bench
