#include "exchange.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "failure.hpp"
#include "opener.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr int sent_per_turn = 256;  // of what is due: then replies are read again

}  // namespace

exchange::exchange(const workbench& with, std::size_t connections, first_message first)
    : with_{with},
      schedule_{with.by.settings().rate},
      count_{connections},
      first_{first},
      messages_{with.by.settings()},
      known_{messages_.count()},
      buffer_(read_buffer_bytes) {}

void exchange::open(progress& shown) {
    std::vector<stream> streams(count_);
    open_all(with_.by, count_, shown, [&](std::size_t number, stream over, std::string_view rest) {
        if (!rest.empty())
            throw failure{fmt::format("connection {}: the server spoke before it was spoken to", number)};
        streams[number] = std::move(over);
    });
    connections_.reserve(count_);
    for (std::size_t i = 0; i < count_; ++i) {
        const auto first = first_ == first_message::same ? 0 : i;
        connections_.emplace_back(std::move(streams[i]), i, messages_, known_, first);
    }
}

void exchange::begin() {
    for (auto& each : connections_) each.watch(with_.ready);
    schedule_.start(now());
    if (!is_open_loop()) start();
}

void exchange::ready(const epoll_event& event) {
    const auto number = static_cast<std::size_t>(event.data.u64);
    auto& over = connections_[number];
    if (const auto completed = over.ready(event.events, buffer_, with_.ready)) take(number, completed);
    while (over.has_more()) [[unlikely]] {
        if (const auto completed = over.ready(EPOLLIN, buffer_, with_.ready)) take(number, completed);
    }
}

void exchange::send_due() {
    for (int i = 0; i < sent_per_turn; ++i) {
        const auto due = next_due();
        const auto at = now();
        if (due > at) return;
        send(carrier(next_), 1);
        ++next_;
        with_.measured.record_lateness(at - due);
    }
}

void exchange::check_progress() {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        if (connections_[i].seconds_without_progress(is_waiting(i)) >= patience_seconds)
            throw failure{describe_silence(i)};
    }
}

std::uint64_t exchange::bytes_received() const {
    std::uint64_t sum = 0;
    for (const auto& each : connections_) sum += each.bytes_received();
    return sum;
}

}  // namespace pushwire::bench
