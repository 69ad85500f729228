#include "engine/board.hpp"

#include <array>
#include <atomic>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

namespace pushwire::engine {
namespace {

board::entry entry_number(std::uint64_t number) {
    board::entry made;
    made.fd = fd{number};
    made.now.open = number % 2 == 0;
    made.remote.family = net::address_family::ipv6;
    made.remote.port = static_cast<std::uint16_t>(number);
    made.remote.bytes.fill(static_cast<std::uint8_t>(number));
    made.connected_at = std::chrono::system_clock::time_point{std::chrono::microseconds{number * 3}};
    made.now.last_received = std::chrono::steady_clock::time_point{std::chrono::microseconds{number * 5}};
    made.now.queued_bytes = number * 7;
    return made;
}

void expect_whole(const board::entry& found) {
    const auto expected = entry_number(found.fd.number());
    ASSERT_EQ(found.now.open, expected.now.open);
    ASSERT_EQ(found.remote, expected.remote);
    ASSERT_EQ(found.connected_at, expected.connected_at);
    ASSERT_EQ(found.now.last_received, expected.now.last_received);
    ASSERT_EQ(found.now.queued_bytes, expected.now.queued_bytes);
}

TEST(board, tells_what_was_written_last) {
    board facts{64};
    EXPECT_FALSE(facts.read(5));

    facts.enter(5, entry_number(1));
    facts.enter(5, entry_number(20));

    const auto found = facts.read(5);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fd, fd{20});
    expect_whole(*found);
    facts.clear(5);
    EXPECT_FALSE(facts.read(5));
}

TEST(board, tells_what_has_changed_beside_what_was_entered) {
    board facts{64};
    auto expected = entry_number(20);
    facts.enter(5, expected);
    expected.now = {.open = false,
                    .last_received = expected.now.last_received + std::chrono::seconds{1},
                    .queued_bytes = 3};

    facts.write(5, expected.now);

    const auto found = facts.read(5);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->fd, expected.fd);
    EXPECT_EQ(found->remote, expected.remote);
    EXPECT_EQ(found->connected_at, expected.connected_at);
    EXPECT_EQ(found->now.open, expected.now.open);
    EXPECT_EQ(found->now.last_received, expected.now.last_received);
    EXPECT_EQ(found->now.queued_bytes, expected.now.queued_bytes);
}

TEST(board, keeps_to_its_capacity) {
    board facts{64};

    facts.enter(64 + 3, entry_number(9));

    EXPECT_EQ(facts.read(3)->fd, fd{9});
}

TEST(board, never_shows_half_of_one_entry_and_half_of_another) {
    board facts{64};
    std::atomic<bool> done{false};
    std::thread writer{[&] {
        for (std::uint64_t i = 1; i < 200'000; ++i) facts.enter(0, entry_number(i));
        done = true;
    }};

    std::uint64_t newest = 0;
    while (!done) {
        if (const auto found = facts.read(0)) {
            expect_whole(*found);
            ASSERT_GE(found->fd.number(), newest) << "an older entry came back";
            newest = found->fd.number();
        }
    }
    writer.join();
}

// A writer that is killed leaves the sequence odd for ever.
TEST(board, that_processes_share_waits_for_no_writer_that_is_gone) {
    constexpr std::size_t slots = 64;
    alignas(64) std::array<std::byte, board::bytes_for(slots)> memory{};
    board facts{slots, memory.data()};
    const board others{slots, memory.data()};
    facts.enter(5, entry_number(20));
    EXPECT_EQ(others.read(5).value().fd, fd{20});
    std::uint64_t sequence = 0;
    std::memcpy(&sequence, memory.data() + 5 * 64, sizeof sequence);
    ++sequence;
    std::memcpy(memory.data() + 5 * 64, &sequence, sizeof sequence);

    EXPECT_FALSE(others.read(5));

    for (std::size_t place = 0; place < slots; ++place) facts.sweep(place);
    EXPECT_FALSE(others.read(5));
    facts.enter(5, entry_number(22));
    EXPECT_EQ(others.read(5).value().fd, fd{22});
    facts.sweep(5);
    EXPECT_FALSE(others.read(5));
}

}  // namespace
}  // namespace pushwire::engine
