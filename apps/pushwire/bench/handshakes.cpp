// Connections come, open and go, again and again.

#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "failure.hpp"
#include "opening.hpp"
#include "workload.hpp"

namespace pushwire::bench {
namespace {

class handshakes final : public workload {
  public:
    explicit handshakes(const workbench& with) : with_{with}, clients_(with.by.settings().connections) {}

    void open(progress&) override {}
    void begin() override {
        for (std::size_t i = 0; i < clients_.size(); ++i) start(i);
    }

    void ready(const epoll_event& event) override {
        const auto number = static_cast<std::size_t>(event.data.u64);
        auto& each = clients_[number];
        if (!each.under_way.step()) return;
        with_.measured.record(now() - each.started);
        each.under_way.close();
        start(number);
    }

    void check_progress() override {
        const auto at = now();
        for (const auto& each : clients_) {
            if (at - each.started >= patience_seconds * second)
                throw failure{fmt::format("{} within {} s", each.under_way.waits_for(), patience_seconds)};
        }
    }

  private:
    struct client {
        opening under_way;
        nanoseconds started = 0;
    };

    void start(std::size_t number) {
        auto& each = clients_[number];
        each.started = now();
        each.under_way.start(with_.by, number, next_request_++);
        with_.ready.add(each.under_way.descriptor(), opening::events, number);
    }

    workbench with_;
    std::vector<client> clients_;
    std::size_t next_request_ = 0;
};

}  // namespace

std::unique_ptr<workload> make_handshakes(const workbench& with) {
    return std::make_unique<handshakes>(with);
}

}  // namespace pushwire::bench
