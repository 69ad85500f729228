#pragma once
// Streams, timers and listeners that write down what they are told, and a loop to tell them.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "net/loop.hpp"
#include "net/socket.hpp"
#include "support/tested_loop.hpp"

namespace pushwire::net {

struct recording_timer final : timer {
    int expired = 0;
    std::function<void()> then = [] {};

    void on_expired() override {
        ++expired;
        then();
    }
};

struct recording_stream : stream {
    std::string received;
    std::vector<std::size_t> reads;
    std::size_t times_writable = 0;
    std::vector<std::error_code> failures;
    int ends = 0;
    int closed = 0;
    int expired = 0;
    std::string order;  // r(eceived) c(ommitted) s(ent) e(nd) f(ailed) t(imer) x (closed)

    std::span<std::byte> own;  // what destination() says
    std::function<void()> after_received = [] {};
    std::function<void()> after_end = [] {};
    std::function<void()> after_sent = [] {};
    std::function<void()> after_failure = [] {};
    std::function<void()> after_closed = [] {};

    void do_nothing_more() {
        for (auto* each : {&after_received, &after_end, &after_sent, &after_failure, &after_closed})
            *each = [] {};
    }

    std::span<std::byte> destination() override { return own; }
    void on_received(std::span<std::byte> bytes) override {
        order += 'r';
        take(bytes);
    }
    void on_committed(std::size_t n) override {
        order += 'c';
        take(own.first(n));
    }
    void on_received_eof() override {
        order += 'e';
        ++ends;
        after_end();
    }
    void on_writable() override {
        order += 's';
        ++times_writable;
        after_sent();
    }
    void on_failed(std::error_code why) override {
        order += 'f';
        failures.push_back(why);
        after_failure();
    }
    void on_closed() override {
        order += 'x';
        ++closed;
        after_closed();
    }
    void on_expired() override {
        order += 't';
        ++expired;
    }

  private:
    void take(std::span<const std::byte> bytes) {
        received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        reads.push_back(bytes.size());
        after_received();
    }
};

struct recording_listener : listener {
    std::vector<unique_descriptor> accepted;
    std::vector<address> remotes;
    std::vector<std::error_code> failures;
    std::function<void()> after_accepted = [] {};

    void on_accepted(int connected, const address& remote) override {
        accepted.emplace_back(connected);
        remotes.push_back(remote);
        after_accepted();
    }
    void on_accept_failed(std::error_code why) override { failures.push_back(why); }
};

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

class with_loop : public testing::Test {
  protected:
    std::unique_ptr<loop> loop_ = loop::make(support::tested_loop<backend>());

    /// Turns until the condition holds; false if that takes so long that something must be broken.
    template <typename Condition>
    bool turn_until(Condition holds) {
        const time_point limit = clock::now() + std::chrono::seconds{20};
        while (!holds()) {
            if (clock::now() >= limit) return false;
            loop_->turn(limit);
        }
        return true;
    }

    /// Delivers what there is, without waiting.
    void poll() { loop_->turn(time_point::min()); }

    /// Nothing ends a wait before its time, as a readiness that is told again and again would.
    bool rests() {
        poll();
        poll();  // on io_uring what one turn makes of its news is told to the kernel in the next, which may answer
        const time_point end = clock::now() + std::chrono::milliseconds{20};
        loop_->turn(end);
        return clock::now() >= end;
    }

    void close(recording_stream& which) {
        loop_->close(which);
        ASSERT_TRUE(turn_until([&] { return which.closed == 1; }));
    }

    send_outcome send(stream& to, std::string_view text) {
        const std::span<const std::byte> one = bytes_of(text);
        return loop_->send(to, {&one, 1});
    }
};

}  // namespace pushwire::net
