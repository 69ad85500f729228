// Each message comes back to the connection that sent it.

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "exchange.hpp"
#include "failure.hpp"

namespace pushwire::bench {
namespace {

class echo final : public exchange {
  public:
    explicit echo(const workbench& with)
        : exchange{with, with.by.settings().connections, first_message::another_each},
          clients_(settings().connections) {}

    [[nodiscard]] bool is_all_answered() const override { return answered_ == sent() && next_due() == never; }
    std::uint64_t give_up() override;

  private:
    struct client {
        std::uint64_t answered = 0;  // an open loop
        std::size_t slot = 0;  // a closed loop: of the message that is answered next, among those in flight
    };

    void start() override;
    void take(std::size_t number, std::size_t completed) override;
    [[nodiscard]] std::size_t carrier(std::uint64_t message) const override {
        return message % clients_.size();
    }
    [[nodiscard]] bool is_waiting(std::size_t number) const override {
        return !is_open_loop() || clients_[number].answered < sent_on(number);
    }
    [[nodiscard]] std::string describe_silence(std::size_t number) const override {
        return fmt::format("no reply on connection {} for {} s", number, patience_seconds);
    }

    // Of an open loop, where message k is sent on connection k mod n: how many were sent there, and when each was due.
    [[nodiscard]] std::uint64_t sent_on(std::size_t number) const {
        return (sent() + clients_.size() - 1 - number) / clients_.size();
    }
    [[nodiscard]] nanoseconds due(std::size_t number, std::uint64_t message) const {
        return when_due(message * clients_.size() + number);
    }

    std::vector<client> clients_;
    std::vector<nanoseconds> sent_;  // a closed loop: when, for each message in flight on each connection
    std::uint64_t answered_ = 0;     // an open loop
};

void echo::start() {
    const auto depth = settings().depth;
    sent_.resize(clients_.size() * depth);
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        std::ranges::fill(std::span{sent_}.subspan(i * depth, depth), now());
        send(i, depth);
    }
}

void echo::take(std::size_t number, std::size_t completed) {
    auto& from = clients_[number];
    const auto at = now();
    const auto in_flight = is_open_loop() ? sent_on(number) - from.answered : settings().depth;
    if (completed > in_flight) throw failure{fmt::format("connection {}: a reply came to nothing", number)};
    if (is_open_loop()) {
        for (std::size_t i = 0; i < completed; ++i) measured().record_due(due(number, from.answered++), at);
        answered_ += completed;
        return;
    }
    auto* const flight = &sent_[number * settings().depth];
    for (std::size_t i = 0; i < completed; ++i) {
        measured().record(at - std::exchange(flight[from.slot], at));
        if (++from.slot == settings().depth) from.slot = 0;
    }
    send(number, completed);
}

std::uint64_t echo::give_up() {
    if (!is_open_loop()) return 0;
    const auto at = now();
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
        for (auto k = clients_[i].answered; k < sent_on(i); ++k, ++lost) measured().record_due(due(i, k), at);
    }
    return lost;
}

}  // namespace

std::unique_ptr<workload> make_echo(const workbench& with) {
    return std::make_unique<echo>(with);
}

}  // namespace pushwire::bench
