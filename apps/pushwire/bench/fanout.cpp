// One connection publishes, and all others receive. A publication is in flight until the last of them has it.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "exchange.hpp"
#include "failure.hpp"

namespace pushwire::bench {
namespace {

class fanout final : public exchange {
  public:
    explicit fanout(const workbench& with)
        : exchange{with, with.by.settings().connections + 1, first_message::same},
          received_(settings().connections + 1),
          flight_(settings().depth) {}

    [[nodiscard]] bool is_all_answered() const override;
    std::uint64_t give_up() override;

  private:
    struct publication {
        nanoseconds sent = 0;
        std::size_t waits_for = 0;  // so many subscribers
    };

    void start() override { publish(settings().depth); }
    void take(std::size_t number, std::size_t completed) override;
    [[nodiscard]] std::size_t carrier(std::uint64_t) const override { return settings().connections; }
    [[nodiscard]] bool is_waiting(std::size_t number) const override {
        return number < settings().connections && received_[number] < sent();
    }
    [[nodiscard]] std::string describe_silence(std::size_t number) const override {
        return fmt::format(
            "connection {} received nothing for {} s: does everyone on {} receive what one sends?", number,
            patience_seconds, settings().to.path);
    }

    void publish(std::size_t many);
    [[nodiscard]] std::span<const std::uint64_t> received_by_subscribers() const {
        return std::span{received_}.first(settings().connections);
    }

    std::vector<std::uint64_t>
        received_;  // by each, the publisher last: servers differ in whether it gets its own
    std::vector<publication> flight_;  // a closed loop: publication k at place k mod depth
};

// In a closed loop.
void fanout::publish(std::size_t many) {
    const auto at = now();
    for (std::size_t i = 0; i < many; ++i)
        flight_[take_number() % flight_.size()] = {.sent = at, .waits_for = settings().connections};
    send(settings().connections, many);
}

void fanout::take(std::size_t number, std::size_t completed) {
    auto& received = received_[number];
    if (completed > sent() - received)
        throw failure{fmt::format("connection {}: a message came that was not published", number)};
    if (number == settings().connections) {  // the publisher's own
        received += completed;
        measured().count(completed);
        return;
    }
    const auto at = now();
    std::size_t all_have_it = 0;
    for (std::size_t i = 0; i < completed; ++i, ++received) {
        if (is_open_loop()) {
            measured().record_due(when_due(received), at);
            continue;
        }
        auto& each = flight_[received % flight_.size()];
        measured().record(at - each.sent);
        if (--each.waits_for == 0) ++all_have_it;
    }
    if (all_have_it) publish(all_have_it);
}

bool fanout::is_all_answered() const {
    if (!is_open_loop()) return true;
    if (next_due() != never) return false;
    return std::ranges::all_of(received_by_subscribers(), [this](auto each) { return each == sent(); });
}

std::uint64_t fanout::give_up() {
    if (!is_open_loop()) return 0;
    const auto at = now();
    std::uint64_t lost = 0;
    for (const auto received : received_by_subscribers()) {
        for (auto k = received; k < sent(); ++k, ++lost) measured().record_due(when_due(k), at);
    }
    return lost;
}

}  // namespace

std::unique_ptr<workload> make_fanout(const workbench& with) {
    return std::make_unique<fanout>(with);
}

}  // namespace pushwire::bench
