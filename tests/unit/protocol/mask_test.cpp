#include "protocol/mask.hpp"

#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

constexpr masking_key key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
constexpr std::size_t line = 64;  // of the cache: no vector is longer

/// RFC 6455 5.3, to the letter.
void mask_byte_by_byte(std::span<std::byte> payload, std::size_t offset) {
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= key[(i + offset) % 4];
}

bytes random_bytes(std::size_t size) {
    std::mt19937 random{1};
    bytes result(size);
    for (auto& byte : result) byte = static_cast<std::byte>(random());
    return result;
}

/// Whether `mask` does what the RFC says to a payload of `length`, and nothing to what lies around it.
template <class Mask>
void expect_right(Mask&& mask, std::size_t length) {
    static const auto original = random_bytes(5000);
    const auto around = std::span{original}.first(length + 2 * line);
    bytes fast;
    bytes plain;
    for (std::size_t offset = 0; offset < 8; ++offset) {
        for (std::size_t alignment = 0; alignment < line; ++alignment) {
            fast.assign(around.begin(), around.end());
            plain.assign(around.begin(), around.end());
            mask(std::span{fast}.subspan(alignment, length), offset);
            mask_byte_by_byte(std::span{plain}.subspan(alignment, length), offset);
            ASSERT_EQ(fast, plain) << length << " at " << alignment << ", offset " << offset;
        }
    }
}

using lengths = std::vector<std::size_t>;

lengths short_and_long() {
    lengths all{300, 509, 510, 511, 512, 513, 514, 577, 1000, 4099};
    for (std::size_t length = 0; length <= 200; ++length) all.push_back(length);
    return all;
}

TEST(masking, is_that_of_the_rfc_for_all_lengths_offsets_and_alignments) {
    for (const auto length : short_and_long()) {
        expect_right([](auto payload, auto offset) { apply_mask(payload, key, offset); }, length);
    }
}

class a_level_of_masking : public ::testing::TestWithParam<mask_level> {};

TEST_P(a_level_of_masking, is_that_of_the_rfc_too) {
    if (!is_there(GetParam())) GTEST_SKIP() << "this processor does not have it";
    for (const auto length : short_and_long()) {
        expect_right([](auto payload, auto offset) { apply_mask_by(GetParam(), payload, key, offset); },
                     length);
    }
}

INSTANTIATE_TEST_SUITE_P(masking, a_level_of_masking, ::testing::ValuesIn(mask_levels),
                         [](const auto& level) {
                             return level.param == mask_level::baseline ? "baseline" : "avx2";
                         });

TEST(masking, twice_gives_what_was_there) {
    const auto original = to_bytes("a payload that is longer than one of the vectors it is cut into");

    auto masked = original;
    apply_mask(masked, key);
    EXPECT_NE(masked, original);
    apply_mask(std::span{masked}.first(13), key);
    apply_mask(std::span{masked}.subspan(13), key, 13);

    EXPECT_EQ(masked, original);
}

}  // namespace
}  // namespace pushwire::protocol
