#include "bench/messages.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "bench/deflate.hpp"

namespace pushwire::bench {
namespace {

using bytes = std::vector<std::byte>;

settings of_size(std::size_t size, message_type type = message_type::binary) {
    settings with;
    with.size = size;
    with.type = type;
    return with;
}

struct sent_frame {
    std::byte first;
    bytes payload;  // unmasked
};

// What is sent as message `index`, as a server reads it (RFC 6455 5.2).
sent_frame read_frame(const messages& of, std::size_t index) {
    const auto frame = of.outgoing().subspan(of.start_of(index), of.bytes_of(index, 1));
    const auto length = std::to_integer<std::size_t>(frame[1] & std::byte{0x7f});
    const std::size_t header = length == 127 ? 10 : length == 126 ? 4 : 2;
    const auto key = frame.subspan(header, 4);
    const auto masked = frame.subspan(header + 4);
    EXPECT_EQ(frame[1] & std::byte{0x80}, std::byte{0x80});
    sent_frame read{.first = frame[0], .payload = {}};
    for (std::size_t i = 0; i < masked.size(); ++i) read.payload.push_back(masked[i] ^ key[i % 4]);
    return read;
}

TEST(messages, are_sent_masked_and_come_back_as_they_are) {
    for (const std::size_t size : {1U, 125U, 126U, 65'535U, 65'536U}) {
        for (const auto type : {message_type::text, message_type::binary}) {
            const messages of{of_size(size, type)};
            for (std::size_t i = 0; i < of.count(); ++i) {
                const auto frame = read_frame(of, i);
                EXPECT_EQ(frame.first, std::byte{0x80} | static_cast<std::byte>(type));
                EXPECT_EQ(frame.payload.size(), size);
                EXPECT_TRUE(std::ranges::equal(frame.payload, of.payload(i)));
            }
        }
    }
}

TEST(messages, differ_from_their_neighbours) {
    for (const std::size_t size : {1U, 2U, 64U, 4096U, 1'000'000U}) {
        for (const auto type : {message_type::text, message_type::binary}) {
            const messages of{of_size(size, type)};
            for (std::size_t i = 0; i < of.count(); ++i)
                EXPECT_FALSE(std::ranges::equal(of.payload(i), of.payload((i + 1) % of.count()))) << size;
        }
    }
}

TEST(messages, are_compressed_if_that_is_asked_for) {
    auto with = of_size(1024);
    with.compression = true;
    const messages of{with};
    std::vector<std::byte> scratch;
    for (std::size_t i = 0; i < of.count(); ++i) {
        const auto frame = read_frame(of, i);
        EXPECT_EQ(frame.first, std::byte{0xc2});
        EXPECT_LT(frame.payload.size(), 700U);
        EXPECT_EQ(difference_inflated(frame.payload, of.payload(i), scratch), std::nullopt);
    }
}

TEST(messages, know_how_long_any_run_of_them_is) {
    auto with = of_size(100);
    with.compression = true;  // so that they are not all as long
    const messages of{with};
    for (const auto& [index, many] : {std::pair<std::size_t, std::size_t>{0, 1},
                                      {5, 3},
                                      {of.count() - 1, 1},
                                      {of.count() - 2, 5},
                                      {3, of.count()},
                                      {7, 2 * of.count() + 1},
                                      {4, 0}}) {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < many; ++i) sum += of.bytes_of((index + i) % of.count(), 1);
        EXPECT_EQ(of.bytes_of(index, many), sum) << index << ", " << many;
    }
    EXPECT_EQ(of.rest_of_message(0), 0U);
    EXPECT_EQ(of.rest_of_message(1), of.bytes_of(0, 1) - 1);
    EXPECT_EQ(of.rest_of_message(of.start_of(3)), 0U);
}

TEST(messages, come_back_with_their_mask_from_a_raw_echo) {
    auto with = of_size(64);
    with.to.websocket = false;
    const messages of{with};
    EXPECT_TRUE(std::ranges::equal(of.outgoing(), of.replies()));
    EXPECT_EQ(of.reply_bytes(), 70U);
}

}  // namespace
}  // namespace pushwire::bench
