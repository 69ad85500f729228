#pragma once
// A loop without a kernel for one stream: the test says what comes, what is taken, and when.

#include <algorithm>
#include <limits>
#include <string>

#include "net/loop.hpp"

namespace pushwire::net {

class scripted_loop final : public loop {
  public:
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

    // --- what the test says
    std::size_t takes = all;  ///< how many more bytes the kernel has room for

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
            pending_ = false;
            stream_->on_writable();
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
    void connect(stream& who, int) override { stream_ = &who; }
    send_outcome send(stream&, std::span<const std::span<const std::byte>> segments) override {
        EXPECT_FALSE(pending_) << "not while an earlier send is pending";
        EXPECT_FALSE(write_shut);
        ++sends;
        std::size_t taken = 0;
        for (const auto segment : segments) {
            const auto n = std::min(segment.size(), takes);
            append(segment.first(n));
            taken += n;
            if (n < segment.size()) {
                pending_ = true;
                break;
            }
        }
        return {.sent = taken, .pending = pending_};
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

    stream* stream_ = nullptr;
    bool pending_ = false;
};

}  // namespace pushwire::net
