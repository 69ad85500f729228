#include "protocol/deflater.hpp"

#include "unit/protocol/deflate_streams.hpp"

namespace pushwire::protocol {
namespace {

std::vector<std::string> samples(int window_bits) {
    const auto window = std::size_t{1} << window_bits;
    return {some_text(40, 1),
            some_text(window, 2),
            some_text(5 * window + 77, 3),
            std::string(100'000, 'a'),
            repeats_at(window - 8, 6 * window, 4),
            repeats_at(window, 6 * window, 5),
            repeats_at(window + 1, 6 * window, 6),
            repeats_at(window / 2, 6 * window, 7)};
}

TEST(a_deflater, refers_back_no_further_than_the_window_for_every_size) {
    deflater tested;
    for (int bits = 8; bits <= 15; ++bits) {
        for (const auto& text : samples(bits)) {
            for (const bool may_be_final : {false, true}) {
                const auto payload = tested.deflate(
                    to_bytes(text), {.level = 6, .window_bits = bits, .may_be_final = may_be_final});
                if (payload.empty()) continue;
                EXPECT_EQ(strict_peer{bits}.inflate(payload), text) << bits << " bits, " << text.size();
            }
        }
    }
}

TEST(a_deflater, does_find_what_repeats_within_the_smallest_window) {
    deflater tested;
    const auto text = repeats_at(200, 4000, 1);
    const auto payload = tested.deflate(to_bytes(text), {.level = 6, .window_bits = 8});
    EXPECT_LT(payload.size(), 1500u);
    EXPECT_GT(payload.size(), 0u);
}

TEST(a_deflater, goes_on_from_the_history_that_it_is_given) {
    deflater tested;
    for (int bits = 8; bits <= 15; ++bits) {
        strict_peer peer{bits};
        const auto window = std::size_t{1} << bits;
        std::string said;
        for (unsigned i = 0; i < 20; ++i) {
            const auto text = some_text(30 + i * 90, i % 3);
            const auto history = to_bytes(said.size() > window ? said.substr(said.size() - window) : said);
            const auto payload =
                tested.deflate(to_bytes(text), {.level = 6, .window_bits = bits, .history = history});
            ASSERT_FALSE(payload.empty());
            EXPECT_EQ(peer.inflate(payload), text);
            said += text;
        }
    }
}

TEST(a_deflater, makes_what_came_before_much_smaller) {
    deflater tested;
    const auto text = to_bytes(some_text(1000, 1));
    const auto alone = tested.deflate(text, {.level = 6}).size();
    const auto again = tested.deflate(text, {.level = 6, .history = text}).size();
    EXPECT_LT(again, alone / 10);
}

TEST(a_deflater, sets_no_final_block_unless_it_may) {
    deflater tested;
    strict_peer peer{15};
    const auto text = some_text(1000, 1);
    EXPECT_EQ(peer.inflate(tested.deflate(to_bytes(text), {.level = 6})), text);
    EXPECT_FALSE(peer.ended());
    peer.forget();
    const auto with_final = tested.deflate(to_bytes(text), {.level = 6, .may_be_final = true});
    EXPECT_EQ(peer.inflate(with_final), text);
    EXPECT_EQ(with_final.back(), std::byte{0})
        << "RFC 7692 7.2.3.4: of an empty block that is not the final one";
    EXPECT_TRUE(peer.ended());
}

TEST(a_deflater, tries_as_hard_as_pays_if_nobody_says_how_hard) {
    deflater tested;
    const auto text = to_bytes(some_text(1000, 1));
    const auto made = [&](int level, bool may_be_final) {
        const auto payload = tested.deflate(text, {.level = level, .may_be_final = may_be_final});
        return std::vector(payload.begin(), payload.end());
    };
    EXPECT_EQ(made(0, true), made(1, true));
    EXPECT_EQ(made(0, false), made(3, false));
    EXPECT_NE(made(1, true), made(9, true));
    EXPECT_NE(made(1, false), made(3, false));
}

TEST(a_deflater, gives_nothing_where_nothing_is_gained) {
    deflater tested;
    std::mt19937 random{1};
    std::string noise(5000, '\0');
    for (auto& c : noise) c = static_cast<char>(random());
    for (const std::string_view data : {std::string_view{}, std::string_view{"a"}, std::string_view{"ab"},
                                        std::string_view{"abc"}, std::string_view{noise}}) {
        for (const bool may_be_final : {false, true}) {
            EXPECT_TRUE(tested.deflate(to_bytes(data), {.level = 6, .may_be_final = may_be_final}).empty())
                << data.size();
        }
    }
}

}  // namespace
}  // namespace pushwire::protocol
