// Each message comes back to the connection that sent it.

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "connection.hpp"
#include "failure.hpp"
#include "messages.hpp"
#include "opener.hpp"
#include "workload.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;

class echo final : public workload {
  public:
    explicit echo(const workbench& with);

    void open(progress& shown) override;
    void begin() override;
    void ready(const epoll_event& event) override;
    void check_progress() override;
    [[nodiscard]] std::uint64_t bytes_received() const override;

    [[nodiscard]] nanoseconds next_due() const override { return schedule_.next(next_); }
    void send_due() override;
    void end(nanoseconds at) override { schedule_.end(at); }
    [[nodiscard]] bool is_all_answered() const override { return answered_ == next_ && next_due() == never; }
    std::uint64_t give_up() override;

  private:
    struct client {
        connection over;
        std::uint64_t answered = 0;
        std::size_t slot = 0;  // of the message that is answered next, among those in flight
    };

    void take_replies(std::size_t number, std::size_t completed);
    // Of an open loop, where message k is sent on connection k mod n: how many were sent there, and when each was due.
    [[nodiscard]] std::uint64_t sent_on(std::size_t number) const {
        return (next_ + clients_.size() - 1 - number) / clients_.size();
    }
    [[nodiscard]] nanoseconds due(std::size_t number, std::uint64_t message) const {
        return schedule_.due(message * clients_.size() + number);
    }

    workbench with_;
    const settings& settings_;
    messages messages_;
    known_replies known_;
    std::vector<std::byte> buffer_;
    std::vector<client> clients_;
    std::vector<nanoseconds> sent_;  // a closed loop: when, for each message in flight on each connection

    schedule schedule_;
    std::uint64_t next_ = 0;  // the number of the message that is due next
    std::uint64_t answered_ = 0;
};

echo::echo(const workbench& with)
    : with_{with},
      settings_{with.by.settings()},
      messages_{settings_},
      known_{messages_.count()},
      buffer_(read_buffer_bytes),
      schedule_{settings_.rate} {}

void echo::open(progress& shown) {
    std::vector<stream> streams(settings_.connections);
    open_all(
        with_.by, settings_.connections, shown, [&](std::size_t number, stream over, std::string_view rest) {
            if (!rest.empty())
                throw failure{fmt::format("connection {}: the server spoke before it was spoken to", number)};
            streams[number] = std::move(over);
        });
    clients_.reserve(streams.size());
    for (std::size_t i = 0; i < streams.size(); ++i)
        clients_.push_back({.over = {std::move(streams[i]), i, messages_, known_, i}});
}

void echo::begin() {
    for (auto& each : clients_) each.over.watch(with_.ready);
    schedule_.start(now());
    if (schedule_.is_open_loop()) return;
    sent_.resize(settings_.connections * settings_.depth);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        const auto flight = std::span{sent_}.subspan(i * settings_.depth, settings_.depth);
        std::ranges::fill(flight, now());
        clients_[i].over.send(settings_.depth, with_.ready);
    }
}

void echo::ready(const epoll_event& event) {
    const auto number = static_cast<std::size_t>(event.data.u64);
    auto& over = clients_[number].over;
    if (const auto completed = over.ready(event.events, buffer_, with_.ready))
        take_replies(number, completed);
    while (over.has_more()) [[unlikely]] {
        if (const auto completed = over.ready(EPOLLIN, buffer_, with_.ready)) take_replies(number, completed);
    }
}

void echo::take_replies(std::size_t number, std::size_t completed) {
    auto& from = clients_[number];
    const auto at = now();
    if (schedule_.is_open_loop()) {
        if (completed > sent_on(number) - from.answered)
            throw failure{fmt::format("connection {}: a reply came to nothing", number)};
        for (std::size_t i = 0; i < completed; ++i)
            with_.measured.record_due(due(number, from.answered++), at);
        answered_ += completed;
        return;
    }
    if (completed > settings_.depth)
        throw failure{fmt::format("connection {}: a reply came to nothing", number)};
    auto* const flight = &sent_[number * settings_.depth];
    for (std::size_t i = 0; i < completed; ++i) {
        with_.measured.record(at - std::exchange(flight[from.slot], at));
        if (++from.slot == settings_.depth) from.slot = 0;
    }
    from.over.send(completed, with_.ready);
}

void echo::send_due() {
    for (int i = 0; i < sent_per_turn; ++i) {
        const auto due = next_due();
        const auto at = now();
        if (due > at) return;
        auto& on = clients_[next_++ % clients_.size()];
        on.over.send(1, with_.ready);
        with_.measured.record_lateness(at - due);
    }
}

std::uint64_t echo::bytes_received() const {
    std::uint64_t sum = 0;
    for (const auto& each : clients_) sum += each.over.bytes_received();
    return sum;
}

void echo::check_progress() {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        const bool waiting = !schedule_.is_open_loop() || clients_[i].answered < sent_on(i);
        if (clients_[i].over.seconds_without_progress(waiting) >= patience_seconds)
            throw failure{fmt::format("no reply on connection {} for {} s", i, patience_seconds)};
    }
}

std::uint64_t echo::give_up() {
    if (!schedule_.is_open_loop()) return 0;
    const auto at = now();
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        for (auto k = clients_[i].answered; k < sent_on(i); ++k, ++lost)
            with_.measured.record_due(due(i, k), at);
    }
    return lost;
}

}  // namespace

std::unique_ptr<workload> make_echo(const workbench& with) {
    return std::make_unique<echo>(with);
}

}  // namespace pushwire::bench
