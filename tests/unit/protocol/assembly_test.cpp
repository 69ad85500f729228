#include "protocol/assembly.hpp"

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

frame_header header_of(std::uint64_t length, bool fin = true, masking_key key = {}) {
    return {.fin = fin, .masked = true, .key = key, .payload_length = length};
}

TEST(an_assembly, joins_frames_unmasking_each_with_its_key) {
    assembly tested{opcode::binary, 100};
    constexpr masking_key key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    auto second = to_bytes("cdefg");
    apply_mask(second, key);

    tested.begin_frame(header_of(2, false));
    EXPECT_TRUE(tested.append(to_bytes("ab")));
    EXPECT_FALSE(tested.in_final_frame());
    tested.begin_frame(header_of(5, true, key));
    EXPECT_TRUE(tested.append(std::span{second}.first(3)));
    EXPECT_TRUE(tested.append(std::span{second}.subspan(3)));

    EXPECT_TRUE(tested.in_final_frame());
    EXPECT_EQ(to_text(tested.message()), "abcdefg");
}

TEST(an_assembly, grows_with_what_arrived_and_never_with_what_was_announced) {
    assembly tested{opcode::binary, std::size_t{1} << 30};
    tested.begin_frame(header_of(std::uint64_t{1} << 30));
    EXPECT_EQ(tested.capacity(), 0u);

    const bytes chunk(1000);
    for (int i = 0; i < 300; ++i) {
        EXPECT_TRUE(tested.append(chunk));
        EXPECT_LE(tested.capacity(), 2 * tested.size());
    }
}

TEST(an_assembly, grows_no_further_than_the_end_of_the_message) {
    assembly tested{opcode::binary, std::size_t{1} << 20};
    tested.begin_frame(header_of(1001));

    EXPECT_TRUE(tested.append(bytes(1000)));
    EXPECT_TRUE(tested.append(bytes(1)));

    EXPECT_EQ(tested.capacity(), 1001u);
}

TEST(an_assembly, gives_room_for_the_frame_and_not_beyond) {
    assembly tested{opcode::text, std::size_t{1} << 20};
    tested.begin_frame(header_of(40'000));
    EXPECT_TRUE(tested.append(bytes(30'000, std::byte{'a'})));

    const auto room = tested.room(10'000);
    ASSERT_EQ(room.size(), 10'000u);
    std::ranges::fill(room, std::byte{'b'});

    EXPECT_TRUE(tested.commit(10'000));
    EXPECT_EQ(to_text(tested.message()), std::string(30'000, 'a') + std::string(10'000, 'b'));
}

TEST(an_assembly, fails_text_at_the_chunk_with_the_bad_byte) {
    assembly tested{opcode::text, 100};
    tested.begin_frame(header_of(10));

    EXPECT_TRUE(tested.append(from_hex("61e282")));
    EXPECT_FALSE(tested.at_boundary());
    EXPECT_FALSE(tested.append(from_hex("41")));
}

}  // namespace
}  // namespace pushwire::protocol
