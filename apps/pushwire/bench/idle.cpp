// Connections come and stay. Pings are answered, as a browser would; what else comes is read and forgotten.

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "failure.hpp"
#include "frame.hpp"
#include "opener.hpp"
#include "workload.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t max_frame = std::size_t{64} << 20;

class idle final : public workload {
  public:
    explicit idle(const workbench& with) : with_{with}, clients_(with.by.settings().connections) {}

    void open(progress& shown) override {
        open_all(with_.by, clients_.size(), shown,
                 [this](std::size_t number, stream over, std::string_view rest) {
                     clients_[number].over = std::move(over);
                     take(number, std::as_bytes(std::span{rest}));
                 });
    }

    void begin() override {
        for (std::size_t i = 0; i < clients_.size(); ++i)
            with_.ready.add(clients_[i].over.descriptor(), EPOLLIN, i);
    }

    void ready(const epoll_event& event) override {
        const auto number = static_cast<std::size_t>(event.data.u64);
        auto& over = clients_[number].over;
        do {
            const auto got = over.read(buffer_);
            if (got.status == transfer_status::later) return;
            if (got.status == transfer_status::ended) fail(number, "the server closed the connection");
            if (got.status == transfer_status::failed) fail(number, "cannot read: " + over.why());
            take(number, std::span{buffer_}.first(got.bytes));
        } while (over.read_again());
    }

    void check_progress() override {}

  private:
    struct client {
        stream over;
        std::unique_ptr<frame_collector> frame;  // under way
    };

    void take(std::size_t number, std::span<const std::byte> received) {
        if (!with_.by.settings().to.websocket) return;
        auto& each = clients_[number];
        while (!received.empty()) {
            if (!each.frame) each.frame = std::make_unique<frame_collector>();
            received = received.subspan(each.frame->take(received, max_frame));
            if (!each.frame->is_whole()) return;
            finish(number, *std::exchange(each.frame, nullptr));
        }
    }

    void finish(std::size_t number, const frame_collector& frame) {
        if (frame.opcode() == opcode::close) fail(number, "the server ended it: " + describe_close(frame));
        if (frame.opcode() != opcode::ping) return;
        // Nothing else is ever sent, so the kernel takes these few bytes; if not, the next ping is answered.
        if (clients_[number].over.write(pong_for(frame)).status == transfer_status::failed)
            fail(number, "cannot send: " + clients_[number].over.why());
    }

    [[noreturn]] static void fail(std::size_t number, std::string_view why) {
        throw failure{fmt::format("connection {}: {}", number, why)};
    }

    workbench with_;
    std::vector<client> clients_;
    std::array<std::byte, 16 * 1024> buffer_;
};

}  // namespace

std::unique_ptr<workload> make_idle(const workbench& with) {
    return std::make_unique<idle>(with);
}

}  // namespace pushwire::bench
