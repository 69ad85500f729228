// One connection publishes, and all others receive. A publication is in flight until the last of them has it.

#include <algorithm>
#include <cstddef>
#include <span>
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

class fanout final : public workload {
  public:
    explicit fanout(const workbench& with);

    void open(progress& shown) override;
    void begin() override;
    void ready(const epoll_event& event) override;
    void check_progress() override;
    [[nodiscard]] std::uint64_t bytes_received() const override;

    [[nodiscard]] nanoseconds next_due() const override { return schedule_.next(next_); }
    void send_due() override;
    void end(nanoseconds at) override { schedule_.end(at); }
    [[nodiscard]] bool is_all_answered() const override;
    std::uint64_t give_up() override;

  private:
    struct subscriber {
        connection over;
        std::uint64_t received = 0;
    };
    struct publication {
        nanoseconds sent = 0;
        std::size_t waits_for = 0;  // so many subscribers
    };

    [[nodiscard]] connection& publisher() { return clients_.back().over; }
    [[nodiscard]] std::span<subscriber> subscribers() {
        return std::span{clients_}.first(settings_.connections);
    }
    void take_deliveries(std::size_t number, std::size_t completed);
    void publish(std::size_t many);

    workbench with_;
    const settings& settings_;
    messages messages_;
    known_replies known_;
    std::vector<std::byte> buffer_;
    std::vector<subscriber>
        clients_;  // and the publisher, last: servers differ in whether it receives its own
    std::vector<publication> flight_;  // a closed loop: publication k at place k mod depth

    schedule schedule_;
    std::uint64_t next_ = 0;  // the number of the publication that is due next
};

fanout::fanout(const workbench& with)
    : with_{with},
      settings_{with.by.settings()},
      messages_{settings_},
      known_{messages_.count()},
      buffer_(read_buffer_bytes),
      flight_(settings_.depth),
      schedule_{settings_.rate} {}

void fanout::open(progress& shown) {
    std::vector<stream> streams(settings_.connections + 1);
    open_all(with_.by, streams.size(), shown, [&](std::size_t number, stream over, std::string_view rest) {
        if (!rest.empty())
            throw failure{
                fmt::format("connection {}: a message came before one was published: is somebody else in "
                            "the room?",
                            number)};
        streams[number] = std::move(over);
    });
    clients_.reserve(streams.size());
    for (std::size_t i = 0; i < streams.size(); ++i)
        clients_.push_back({.over = {std::move(streams[i]), i, messages_, known_, 0}});
}

void fanout::begin() {
    for (auto& each : clients_) each.over.watch(with_.ready);
    schedule_.start(now());
    if (!schedule_.is_open_loop()) publish(settings_.depth);
}

// In a closed loop.
void fanout::publish(std::size_t many) {
    const auto at = now();
    for (std::size_t i = 0; i < many; ++i)
        flight_[next_++ % settings_.depth] = {.sent = at, .waits_for = settings_.connections};
    publisher().send(many, with_.ready);
}

void fanout::ready(const epoll_event& event) {
    const auto number = static_cast<std::size_t>(event.data.u64);
    auto& over = clients_[number].over;
    if (const auto completed = over.ready(event.events, buffer_, with_.ready))
        take_deliveries(number, completed);
    while (over.has_more()) [[unlikely]] {
        if (const auto completed = over.ready(EPOLLIN, buffer_, with_.ready))
            take_deliveries(number, completed);
    }
}

void fanout::take_deliveries(std::size_t number, std::size_t completed) {
    auto& to = clients_[number];
    if (completed > next_ - to.received)
        throw failure{fmt::format("connection {}: a message came that was not published", number)};
    if (number == settings_.connections) {  // the publisher's own
        to.received += completed;
        with_.measured.count(completed);
        return;
    }
    const auto at = now();
    std::size_t all_have_it = 0;
    for (std::size_t i = 0; i < completed; ++i, ++to.received) {
        if (schedule_.is_open_loop()) {
            with_.measured.record_due(schedule_.due(to.received), at);
            continue;
        }
        auto& each = flight_[to.received % settings_.depth];
        with_.measured.record(at - each.sent);
        if (--each.waits_for == 0) ++all_have_it;
    }
    if (all_have_it) publish(all_have_it);
}

void fanout::send_due() {
    for (int i = 0; i < sent_per_turn; ++i) {
        const auto due = next_due();
        const auto at = now();
        if (due > at) return;
        ++next_;
        publisher().send(1, with_.ready);
        with_.measured.record_lateness(at - due);
    }
}

std::uint64_t fanout::bytes_received() const {
    std::uint64_t sum = 0;
    for (const auto& each : clients_) sum += each.over.bytes_received();
    return sum;
}

void fanout::check_progress() {
    for (std::size_t i = 0; i < settings_.connections; ++i) {
        const bool waiting = clients_[i].received < next_;
        if (clients_[i].over.seconds_without_progress(waiting) >= patience_seconds)
            throw failure{
                fmt::format("connection {} received nothing for {} s: does everyone on {} receive what one "
                            "sends?",
                            i, patience_seconds, settings_.to.path)};
    }
}

bool fanout::is_all_answered() const {
    if (!schedule_.is_open_loop()) return true;
    if (next_due() != never) return false;
    return std::ranges::all_of(std::span{clients_}.first(settings_.connections),
                               [this](const auto& each) { return each.received == next_; });
}

std::uint64_t fanout::give_up() {
    if (!schedule_.is_open_loop()) return 0;
    const auto at = now();
    std::uint64_t lost = 0;
    for (const auto& each : subscribers()) {
        for (auto k = each.received; k < next_; ++k, ++lost) with_.measured.record_due(schedule_.due(k), at);
    }
    return lost;
}

}  // namespace

std::unique_ptr<workload> make_fanout(const workbench& with) {
    return std::make_unique<fanout>(with);
}

}  // namespace pushwire::bench
