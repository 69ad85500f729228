#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

/// RFC 6455 5.3, to the letter.
void mask_byte_by_byte(std::span<std::byte> payload, masking_key key, std::size_t offset) {
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= key[(i + offset) % 4];
}

TEST(masking, is_that_of_the_rfc_for_all_lengths_offsets_and_alignments) {
    constexpr masking_key key{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
    std::mt19937 random{1};
    bytes original(384);
    for (auto& byte : original) byte = static_cast<std::byte>(random());

    for (std::size_t length = 0; length <= 300; ++length) {
        for (std::size_t offset = 0; offset < 8; ++offset) {
            for (std::size_t alignment = 0; alignment < 32; ++alignment) {
                auto fast = original;
                auto plain = original;
                apply_mask(std::span{fast}.subspan(alignment, length), key, offset);
                mask_byte_by_byte(std::span{plain}.subspan(alignment, length), key, offset);
                ASSERT_EQ(fast, plain) << length << " at " << alignment << ", offset " << offset;
            }
        }
    }
}

TEST(masking, twice_gives_what_was_there) {
    constexpr masking_key key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
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
