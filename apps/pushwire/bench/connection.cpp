#include "connection.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "failure.hpp"

namespace pushwire::bench {

connection::connection(stream over, std::size_t number, const messages& of, known_replies& known,
                       std::size_t first)
    : stream_{std::move(over)},
      of_{&of},
      number_{static_cast<std::uint32_t>(number)},
      send_position_{of.start_of(first % of.count())},
      due_index_{first % of.count()},
      replies_{of, known, first} {}

std::size_t connection::check(std::span<const std::byte> received) {
    bytes_received_ += received.size();
    try {
        const auto completed = replies_.receive(received);
        if (const auto ping = replies_.take_ping()) [[unlikely]]
            answer(*ping);
        return completed;
    } catch (const failure& wrong) {
        fail(wrong.what());
    }
}

std::size_t connection::meet(transfer_status unusual) const {
    if (unusual == transfer_status::ended) fail("the server closed the connection");
    if (unusual == transfer_status::failed) fail("cannot read: " + stream_.why());
    return 0;
}

// ---------------------------------------------------------------- sending

void connection::fail_to_send() const {
    fail("cannot send: " + stream_.why());
}

// The message under way first, as a frame may not be cut. False if the kernel did not take all of it.
bool connection::write_pong() {
    const auto rest = of_->rest_of_message(send_position_);
    if (rest != 0 && !write_bytes(rest)) return false;
    const auto gone = stream_.write(*pong_);
    if (gone.status == transfer_status::failed) fail_to_send();
    pong_->erase(pong_->begin(), pong_->begin() + static_cast<std::ptrdiff_t>(gone.bytes));
    if (!pong_->empty()) return false;
    pong_.reset();
    return true;
}

void connection::answer(const frame_collector& ping) {
    // One that has not gone yet may not be replaced, as it may have gone in part; and one that has is answer enough.
    if (!pong_) pong_ = std::make_unique<std::vector<std::byte>>(pong_for(ping));
}

void connection::change_interest(poller& by) {
    waits_for_write_ = write_pending();
    by.change(stream_.descriptor(), waits_for_write_ ? EPOLLIN | EPOLLOUT : EPOLLIN, number_);
}

int connection::seconds_without_progress(bool waiting) {
    const bool progress = bytes_received_ != std::exchange(bytes_seen_, bytes_received_);
    checks_ = static_cast<std::uint8_t>(progress || !waiting ? 0 : std::min(checks_ + 1, 255));
    return checks_;
}

void connection::fail(std::string_view why) const {
    throw failure{fmt::format("connection {}: {}", number_, why)};
}

}  // namespace pushwire::bench
