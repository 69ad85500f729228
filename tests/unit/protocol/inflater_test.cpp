#include "protocol/inflater.hpp"

#include <algorithm>

#include "unit/protocol/deflate_streams.hpp"

namespace pushwire::protocol {
namespace {

struct result {
    inflater::outcome outcome;
    std::string inflated;

    friend bool operator==(const result&, const result&) = default;
    friend std::ostream& operator<<(std::ostream& out, const result& r) {
        return out << static_cast<int>(r.outcome) << " after " << r.inflated.size() << " bytes";
    }
};

/// Inflates a whole message, in steps of random size.
result inflate_in_steps(inflater& tested, std::span<const std::byte> payload,
                        std::span<const std::byte> history, std::size_t most_in, std::size_t most_out,
                        unsigned seed) {
    std::mt19937 random{seed};
    const auto up_to = [&](std::size_t most) { return 1 + random() % most; };
    result got{inflater::outcome::needs_input, {}};
    tested.begin(history);
    const auto step = [&](auto&& take) {
        do {
            bytes room(up_to(most_out));
            std::span<std::byte> to{room};
            got.outcome = take(to);
            got.inflated += to_text(std::span{room}.first(room.size() - to.size()));
        } while (got.outcome == inflater::outcome::needs_room);
        return got.outcome;
    };
    while (!payload.empty()) {
        auto from = payload.first(std::min(payload.size(), up_to(most_in)));
        payload = payload.subspan(from.size());
        if (step([&](auto& to) { return tested.inflate(from, to); }) == inflater::outcome::broken) return got;
        EXPECT_TRUE(from.empty());
    }
    step([&](auto& to) { return tested.finish(to); });
    return got;
}

result inflate_at_once(inflater& tested, std::span<const std::byte> payload,
                       std::span<const std::byte> history = {}) {
    return inflate_in_steps(tested, payload, history, 1'000'000, 1'000'000, 1);
}

result message(std::string_view text) {
    return {inflater::outcome::complete, std::string{text}};
}

TEST(an_inflater, inflates_what_was_deflated) {
    inflater tested;
    for (const auto& text :
         {std::string{}, std::string{"Hello"}, some_text(100'000, 1), std::string(300'000, 'a')}) {
        for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY}) {
            EXPECT_EQ(inflate_at_once(tested, deflated(text, 6, strategy)), message(text));
        }
        EXPECT_EQ(inflate_at_once(tested, deflated(text, 0)), message(text));
    }
}

TEST(an_inflater, says_the_same_however_the_data_are_cut) {
    inflater tested;
    std::mt19937 random{7};
    const auto history = to_bytes(some_text(3000, 9));
    for (unsigned i = 0; i < 400; ++i) {
        auto payload = deflated(some_text(1 + random() % 3000, i), static_cast<int>(i % 10),
                                i % 3 == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY);
        if (i % 4 == 1) payload = payload + from_hex("0000ffff") + deflated(some_text(200, i));
        if (i % 4 == 2) payload = from_hex("f348cdc9c90700") + payload;  // behind a final block
        for (unsigned faults = random() % 4; faults > 0; --faults) {
            payload[random() % payload.size()] ^= static_cast<std::byte>(1u << random() % 8);
        }
        const auto whole = inflate_at_once(tested, payload, history);
        EXPECT_EQ(inflate_in_steps(tested, payload, history, 1, 1, i), whole);
        EXPECT_EQ(inflate_in_steps(tested, payload, history, 20, 5000, i), whole);
        EXPECT_EQ(inflate_in_steps(tested, payload, history, 5000, 20, i), whole);
    }
}

TEST(an_inflater, refers_back_to_the_history_and_not_beyond) {
    inflater tested;
    const auto refers_5_back = from_hex("f200110000");
    EXPECT_EQ(inflate_at_once(tested, refers_5_back, to_bytes("Hello")), message("Hello"));
    EXPECT_EQ(inflate_at_once(tested, refers_5_back, to_bytes("llo")).outcome, inflater::outcome::broken);
    EXPECT_EQ(inflate_at_once(tested, refers_5_back).outcome, inflater::outcome::broken);
}

// RFC 7692 7.2.3.4
TEST(an_inflater, goes_on_behind_final_blocks) {
    inflater tested;
    const auto final_hello = from_hex("f348cdc9c90700");
    EXPECT_EQ(inflate_at_once(tested, final_hello + from_hex("00")), message("Hello"));
    EXPECT_EQ(inflate_at_once(tested, final_hello + final_hello + from_hex("f248cdc9c90700")),
              message("HelloHelloHello"));
    EXPECT_EQ(inflate_at_once(tested, final_hello), message("Hello")) << "without the byte behind it";
}

TEST(an_inflater, refuses_data_that_end_amid_a_block) {
    inflater tested;
    const auto payload = deflated(some_text(500, 1));
    unsigned refused = 0;
    for (std::size_t size = 1; size < payload.size(); ++size) {
        const auto got = inflate_at_once(tested, std::span{payload}.first(size));
        refused += got.outcome == inflater::outcome::broken ? 1 : 0;
    }
    EXPECT_EQ(refused, payload.size() - 1);
}

}  // namespace
}  // namespace pushwire::protocol
