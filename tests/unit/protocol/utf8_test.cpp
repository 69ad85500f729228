#include "protocol/utf8.hpp"

#include <optional>
#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

static_assert(sizeof(utf8_validator) <= 8);

/// RFC 3629 4 as a table of whole characters: the place of the first byte with which no valid text begins, and whether a
/// character is cut off at the end.
struct verdict {
    std::optional<std::size_t> bad;
    bool complete = true;
};

verdict judge(std::span<const std::byte> text) {
    struct form {
        unsigned first, last;              // of the lead byte
        unsigned second_low, second_high;  // of the byte after it
        std::size_t length;
    };
    constexpr form forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    const auto value = [&](std::size_t i) { return std::to_integer<unsigned>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const auto* form = std::ranges::find_if(
            forms, [&](const auto& f) { return value(i) >= f.first && value(i) <= f.last; });
        if (form == std::end(forms)) return {i};
        for (std::size_t k = 1; k < form->length; ++k) {
            if (i + k == text.size()) return {{}, false};
            const auto low = k == 1 ? form->second_low : 0x80;
            const auto high = k == 1 ? form->second_high : 0xbf;
            if (value(i + k) < low || value(i + k) > high) return {i + k};
        }
        i += form->length;
    }
    return {};
}

/// How many chunks of the given ends are accepted before one is not; and whether the text is then complete.
void expect_judged_alike(const bytes& text, const std::vector<std::size_t>& cuts) {
    const auto expected = judge(text);
    utf8_validator validator;
    std::size_t begin = 0;
    for (const auto end : cuts) {
        const bool accepted = validator.accept(std::span{text}.subspan(begin, end - begin));
        ASSERT_EQ(accepted, !expected.bad || *expected.bad >= end)
            << to_hex(text) << " from " << begin << " to " << end;
        if (!accepted) return;
        begin = end;
    }
    ASSERT_EQ(validator.complete(), expected.complete) << to_hex(text);
}

std::vector<std::size_t> random_cuts(std::size_t size, std::mt19937& random) {
    std::vector<std::size_t> cuts;
    const auto longest = 1 + random() % (2 * size + 1);
    for (std::size_t at = 0; at < size;) {
        at = std::min<std::size_t>(size, at + random() % (longest + 1));
        cuts.push_back(at);
    }
    if (cuts.empty()) cuts.push_back(0);
    return cuts;
}

void append_character(bytes& text, char32_t c) {
    const auto add = [&](unsigned value) { text.push_back(static_cast<std::byte>(value)); };
    if (c < 0x80) {
        add(c);
    } else if (c < 0x800) {
        add(0xc0 | c >> 6), add(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        add(0xe0 | c >> 12), add(0x80 | (c >> 6 & 0x3f)), add(0x80 | (c & 0x3f));
    } else {
        add(0xf0 | c >> 18), add(0x80 | (c >> 12 & 0x3f)), add(0x80 | (c >> 6 & 0x3f)),
            add(0x80 | (c & 0x3f));
    }
}

TEST(utf8, accepts_every_character_and_rejects_every_surrogate) {
    for (char32_t c = 0; c <= 0x10ffff; ++c) {
        bytes text;
        append_character(text, c);
        ASSERT_EQ(is_utf8(text), c < 0xd800 || c > 0xdfff) << std::hex << static_cast<unsigned>(c);
    }
}

TEST(utf8, fails_at_the_first_byte_that_cannot_continue) {
    for (const std::string_view hex :
         {"c0", "c1", "80", "bf", "f5", "ff", "f490", "eda0", "e09f", "f08f", "c241", "e2 82 41",
          "f0 9f 98 41", "ceba e1bdb9 cf83 cebc ceb5 f490"}) {
        for (const std::size_t before : {0u, 1u, 7u, 8u, 63u, 64u, 65u, 200u}) {
            const auto text = bytes(before, std::byte{'a'}) + from_hex(hex);
            utf8_validator whole;
            utf8_validator by_byte;
            EXPECT_FALSE(whole.accept(text)) << hex;
            for (std::size_t i = 0; i + 1 < text.size(); ++i) {
                ASSERT_TRUE(by_byte.accept(std::span{text}.subspan(i, 1))) << hex << " at " << i;
            }
            EXPECT_FALSE(by_byte.accept(std::span{text}.last(1))) << hex;
        }
    }
}

TEST(utf8, knows_whether_a_character_is_cut_off) {
    for (const std::string_view hex : {"c2", "e2", "e282", "f0", "f09f", "f09f98"}) {
        for (const std::size_t before : {0u, 3u, 64u, 127u}) {
            const auto text = bytes(before, std::byte{'a'}) + from_hex(hex);
            utf8_validator validator;
            EXPECT_TRUE(validator.accept(text));
            EXPECT_FALSE(validator.complete());
            EXPECT_FALSE(is_utf8(text));
        }
    }
}

TEST(utf8, judges_all_pairs_and_the_edges_of_longer_forms_as_the_table_does) {
    constexpr unsigned edges[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff};
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            const bytes pair{static_cast<std::byte>(a), static_cast<std::byte>(b)};
            expect_judged_alike(pair, {2});
            expect_judged_alike(pair, {1, 2});
        }
        if (a < 0xc0) continue;
        for (const auto b : edges) {
            for (const auto c : edges) {
                for (const auto d : edges) {
                    const bytes four{static_cast<std::byte>(a), static_cast<std::byte>(b),
                                     static_cast<std::byte>(c), static_cast<std::byte>(d)};
                    expect_judged_alike(four, {4});
                    expect_judged_alike(four, {1, 2, 3, 4});
                    expect_judged_alike(bytes(70, std::byte{'a'}) + four, {74});
                }
            }
        }
    }
}

TEST(utf8, judges_random_and_mutated_text_with_random_cuts_as_the_table_does) {
    std::mt19937 random{6455};
    for (int round = 0; round < 20'000; ++round) {
        bytes text;
        const auto size = random() % (round % 10 == 0 ? 600 : 90);
        const auto widest = random() % 4;
        while (text.size() < size) {
            constexpr char32_t limits[] = {0x80, 0x800, 0xd800, 0x110000};
            auto c = static_cast<char32_t>(random() % limits[random() % (widest + 1)]);
            if (c >= 0xd800 && c <= 0xdfff) c = U'\u20ac';
            append_character(text, c);
        }
        if (!text.empty() && random() % 3 != 0) {
            for (auto mutations = random() % 3; mutations-- > 0;) {
                text[random() % text.size()] = static_cast<std::byte>(random());
            }
            text.resize(text.size() - random() % std::min<std::size_t>(text.size(), 4));
        }
        expect_judged_alike(text, random_cuts(text.size(), random));
        expect_judged_alike(text, {text.size()});
        if (HasFatalFailure()) return;
    }
}

TEST(utf8, cuts_text_at_a_characters_boundary) {
    EXPECT_EQ(utf8_prefix("abc", 123), "abc");
    EXPECT_EQ(utf8_prefix("abc", 2), "ab");
    EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 3), "a");
    EXPECT_EQ(utf8_prefix("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
    EXPECT_EQ(utf8_prefix("ab\xff"
                          "cd",
                          9),
              "ab");
    EXPECT_EQ(utf8_prefix("", 9), "");
}

}  // namespace
}  // namespace pushwire::protocol
