#include "bench/reply_reader.hpp"

#include <cstddef>
#include <initializer_list>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/deflate.hpp"
#include "bench/failure.hpp"

namespace pushwire::bench {
namespace {

using bytes = std::vector<std::byte>;
using ::testing::HasSubstr;

settings of_size(std::size_t size, bool compression = false) {
    settings with;
    with.size = size;
    with.compression = compression;
    return with;
}

bytes made_of(std::initializer_list<unsigned> values) {
    bytes made;
    for (const auto each : values) made.push_back(static_cast<std::byte>(each));
    return made;
}

// What a right server sends: `many` replies from `first` on.
bytes replies(const messages& of, std::size_t first, std::size_t many) {
    bytes made;
    for (std::size_t i = 0; i < many; ++i) {
        const auto one = of.replies().subspan((first + i) % of.count() * of.reply_bytes(), of.reply_bytes());
        made.insert(made.end(), one.begin(), one.end());
    }
    return made;
}

bytes compressed_frame(const messages& of, std::size_t index) {
    const auto payload = deflated(of.payload(index));
    bytes frame = made_of({0xc2, static_cast<unsigned>(payload.size())});
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

std::string complaint(reply_reader& by, const bytes& received) {
    try {
        by.receive(received);
    } catch (const failure& wrong) {
        return wrong.what();
    }
    return "";
}

struct reply_reading : testing::Test {
    messages of{of_size(40)};
    known_replies known{of.count()};
    reply_reader reader{of, known, 2};
};

TEST_F(reply_reading, counts_replies_however_they_are_cut) {
    std::mt19937 random{1};
    const auto all = replies(of, 2, 500);
    std::size_t completed = 0;
    for (std::size_t at = 0; at < all.size();) {
        const auto size = std::min<std::size_t>(1 + random() % 200, all.size() - at);
        completed += reader.receive(std::span{all}.subspan(at, size));
        at += size;
    }
    EXPECT_EQ(completed, 500U);
}

TEST_F(reply_reading, finds_any_byte_that_differs) {
    const auto right = replies(of, 2, 2);
    for (std::size_t i = 0; i < right.size(); ++i) {
        auto wrong = right;
        wrong[i] ^= std::byte{0x20};
        reply_reader fresh{of, known, 2};
        EXPECT_THAT(complaint(fresh, wrong), HasSubstr("wrong reply")) << i;
    }
}

TEST_F(reply_reading, finds_a_reply_that_is_left_out) {
    auto cut = replies(of, 2, 3);
    cut.erase(cut.begin() + 42, cut.begin() + 84);
    EXPECT_THAT(complaint(reader, cut), HasSubstr("byte 0 of the payload"));
}

TEST_F(reply_reading, hands_out_a_ping_between_replies_in_pieces) {
    auto all = replies(of, 2, 1);
    const auto ping = made_of({0x89, 0x02, 'h', 'i'});
    all.insert(all.end(), ping.begin(), ping.end());
    const auto more = replies(of, 3, 1);
    all.insert(all.end(), more.begin(), more.end());

    std::size_t completed = 0;
    std::string payload;
    for (const auto each : all) {
        completed += reader.receive({&each, 1});
        if (const auto came = reader.take_ping()) {
            for (const auto letter : came->payload()) payload += static_cast<char>(letter);
            EXPECT_EQ(pong_for(*came), made_of({0x8a, 0x82, 0, 0, 0, 0, 'h', 'i'}));
        }
    }
    EXPECT_EQ(completed, 2U);
    EXPECT_EQ(payload, "hi");
}

TEST_F(reply_reading, takes_no_ping_amid_a_reply) {
    auto all = replies(of, 2, 1);
    all[10] = std::byte{0x89};
    EXPECT_THAT(complaint(reader, all), HasSubstr("byte 8 of the payload"));
}

TEST_F(reply_reading, tells_why_the_server_closes) {
    EXPECT_THAT(complaint(reader, made_of({0x88, 0x05, 0x03, 0xe9, 'b', 'y', 'e'})),
                HasSubstr("code 1001: bye"));
}

struct compressed_reading : testing::Test {
    messages of{of_size(60, true)};
    known_replies known{of.count()};
    reply_reader reader{of, known, 0};
};

TEST_F(compressed_reading, takes_replies_compressed_or_not_and_the_same_again) {
    std::size_t completed = 0;
    for (std::size_t lap = 0; lap < 3; ++lap) {
        for (std::size_t i = 0; i < of.count(); ++i) {
            const auto frame = lap == 1 ? replies(of, i, 1) : compressed_frame(of, i);
            completed += reader.receive(std::span{frame}.first(5));
            completed += reader.receive(std::span{frame}.subspan(5));
        }
    }
    EXPECT_EQ(completed, 3 * of.count());
}

TEST_F(compressed_reading, finds_what_inflates_to_something_else) {
    EXPECT_THAT(complaint(reader, compressed_frame(of, 1)), HasSubstr("byte 0 of the inflated payload"));
}

TEST_F(compressed_reading, finds_what_does_not_inflate) {
    auto frame = compressed_frame(of, 0);
    frame[2] = std::byte{0xff};
    EXPECT_THAT(complaint(reader, frame), HasSubstr("no deflated data"));
}

TEST_F(compressed_reading, finds_a_byte_that_was_right_before) {
    for (std::size_t i = 0; i < of.count(); ++i) reader.receive(compressed_frame(of, i));
    auto frame = compressed_frame(of, 0);
    frame[frame.size() / 2] ^= std::byte{0x10};
    EXPECT_NE(complaint(reader, frame), "");
}

TEST_F(compressed_reading, does_not_take_another_reply_for_one_that_was_right) {
    reader.receive(compressed_frame(of, 0));
    EXPECT_NE(complaint(reader, compressed_frame(of, 0)), "");
}

}  // namespace
}  // namespace pushwire::bench
