#pragma once
// A loop without a kernel for one stream: the test says what comes, what is taken, and when.

#include <algorithm>
#include <deque>
#include <limits>
#include <string>

#include "net/loop.hpp"

namespace pushwire::net {

class scripted_loop final : public loop {
  public:
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

    // --- what the test says
    std::size_t takes = all;  ///< how many more bytes the kernel has room for
    bool holds = false;       ///< as io_uring: what is sent stays in place, and is taken later

    // --- what the test sees
    std::string sent;
    std::size_t sends = 0;
    bool paused = false;
    bool write_shut = false;
    bool closing = false;
    bool armed = false;

    /// There is room for `more` bytes; tells the stream, as often as it is due.
    void make_room(std::size_t more) {
        takes = more;
        while (pending_ && takes != 0) {
            const auto n = holds ? take_held() : 0;
            pending_ = !held_.empty();
            stream_->on_sent(n);
        }
    }
    void finish_close() {
        stream* const who = std::exchange(stream_, nullptr);
        who->on_closed();
    }
    void expire() {
        armed = false;
        stream_->on_expired();
    }

    void attach(stream& who, int) override { stream_ = &who; }
    send_outcome send(stream&, std::span<const std::span<const std::byte>> segments) override {
        EXPECT_FALSE(pending_) << "not while an earlier send is pending";
        EXPECT_FALSE(write_shut);
        ++sends;
        std::size_t taken = 0;
        for (const auto segment : segments) {
            if (holds) {
                held_.push_back(segment);
                continue;
            }
            const auto n = std::min(segment.size(), takes);
            append(segment.first(n));
            taken += n;
            if (n < segment.size()) {
                pending_ = true;
                break;
            }
        }
        if (!holds) return {.sent = taken, .held = 0, .pending = pending_};
        pending_ = true;
        return {.sent = 0, .held = held_bytes(), .pending = true};
    }
    void shut_write(stream&) override {
        EXPECT_FALSE(pending_) << "not while a send is pending";
        write_shut = true;
    }
    void pause(stream&) override { paused = true; }
    void resume(stream&) override { paused = false; }
    void close(stream&) override { closing = true; }
    void arm(timer&, time_point when) override { armed = when != never; }

    const char* name() const override { return "scripted"; }
    void listen(listener&, int, bool) override {}
    void pause(listener&) override {}
    void resume(listener&) override {}
    void remove(listener&) override {}
    void turn(time_point) override {}
    void wake() noexcept override {}
    int descriptor() override { return -1; }

  private:
    void append(std::span<const std::byte> bytes) {
        sent.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (takes != all) takes -= bytes.size();
    }
    std::size_t held_bytes() const {
        std::size_t bytes = 0;
        for (const auto each : held_) bytes += each.size();
        return bytes;
    }
    std::size_t take_held() {
        std::size_t taken = 0;
        while (!held_.empty() && takes != 0) {
            const auto n = std::min(held_.front().size(), takes);
            append(held_.front().first(n));
            taken += n;
            held_.front() = held_.front().subspan(n);
            if (held_.front().empty()) held_.pop_front();
        }
        return taken;
    }

    stream* stream_ = nullptr;
    std::deque<std::span<const std::byte>> held_;
    bool pending_ = false;
};

}  // namespace pushwire::net
