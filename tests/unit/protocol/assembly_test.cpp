#include "protocol/assembly.hpp"

#include <cstdlib>

#include "unit/protocol/deflate_streams.hpp"
#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

frame_header header_of(std::uint64_t length, bool fin = true, masking_key key = {}) {
    return {.fin = fin, .masked = true, .key = key, .payload_length = length};
}

TEST(an_assembly, joins_frames_unmasking_each_with_its_key) {
    assembly tested;
    tested.begin(opcode::binary, 100);
    constexpr masking_key key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    auto second = to_bytes("cdefg");
    apply_mask(second, key);

    tested.begin_frame(header_of(2, false));
    auto first = to_bytes("ab");
    EXPECT_EQ(tested.append(first), error::none);
    EXPECT_FALSE(tested.in_final_frame());
    tested.begin_frame(header_of(5, true, key));
    EXPECT_EQ(tested.append(std::span{second}.first(3)), error::none);
    EXPECT_EQ(tested.append(std::span{second}.subspan(3)), error::none);

    EXPECT_TRUE(tested.in_final_frame());
    EXPECT_EQ(to_text(tested.message()), "abcdefg");
}

TEST(an_assembly, grows_with_what_arrived_and_never_with_what_was_announced) {
    assembly tested;
    tested.begin(opcode::binary, std::size_t{1} << 30);
    tested.begin_frame(header_of(std::uint64_t{1} << 30));
    EXPECT_EQ(tested.memory(), 0u);

    bytes chunk(1000);
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(tested.append(chunk), error::none);
        EXPECT_LE(tested.memory(), 2 * tested.size());
    }
}

TEST(an_assembly, grows_no_further_than_the_end_of_the_message) {
    assembly tested;
    tested.begin(opcode::binary, std::size_t{1} << 20);
    tested.begin_frame(header_of(1001));

    bytes payload(1001);
    EXPECT_EQ(tested.append(std::span{payload}.first(1000)), error::none);
    EXPECT_EQ(tested.append(std::span{payload}.last(1)), error::none);

    EXPECT_EQ(tested.memory(), 1001u);
}

TEST(an_assembly, takes_a_spare_buffer_once_much_has_arrived_and_gives_it_back) {
    spare_buffers spare;
    constexpr std::size_t whole = std::size_t{1} << 20;
    spare.give_back({static_cast<std::byte*>(std::malloc(whole)), whole});
    {
        assembly tested{&spare};
        tested.begin(opcode::binary, 2 * whole);
        tested.begin_frame(header_of(whole));
        bytes little(spare_buffers::least / 2 - 1, std::byte{'a'});
        bytes more(spare_buffers::least, std::byte{'b'});

        EXPECT_EQ(tested.append(little), error::none);
        EXPECT_EQ(tested.memory(), little.size());
        EXPECT_EQ(tested.append(more), error::none);

        EXPECT_EQ(tested.memory(), whole) << "for all that is to come";
        EXPECT_EQ(spare.kept_bytes(), 0u);
        EXPECT_EQ(to_text(tested.message()), to_text(little + more));
    }
    EXPECT_EQ(spare.kept_bytes(), whole);
}

TEST(an_assembly, takes_no_spare_buffer_that_is_much_larger_than_the_message_becomes) {
    spare_buffers spare;
    constexpr std::size_t whole = std::size_t{1} << 20;
    spare.give_back({static_cast<std::byte*>(std::malloc(whole)), whole});
    assembly tested{&spare};
    tested.begin(opcode::binary, 2 * whole);
    tested.begin_frame(header_of(whole / 2));

    bytes half(whole / 2);
    EXPECT_EQ(tested.append(half), error::none);

    EXPECT_EQ(tested.memory(), half.size());
    EXPECT_EQ(spare.kept_bytes(), whole);
}

TEST(an_assembly, gives_room_for_the_frame_and_not_beyond) {
    assembly tested;
    tested.begin(opcode::text, std::size_t{1} << 20);
    tested.begin_frame(header_of(40'000));
    bytes before(30'000, std::byte{'a'});
    EXPECT_EQ(tested.append(before), error::none);

    const auto room = tested.room(10'000);
    ASSERT_EQ(room.size(), 10'000u);
    std::ranges::fill(room, std::byte{'b'});

    EXPECT_EQ(tested.commit(10'000), error::none);
    EXPECT_EQ(to_text(tested.message()), std::string(30'000, 'a') + std::string(10'000, 'b'));
}

TEST(an_assembly, fails_text_at_the_chunk_with_the_bad_byte) {
    assembly tested;
    tested.begin(opcode::text, 100);
    tested.begin_frame(header_of(10));

    auto cut = from_hex("61e282");
    auto wrong = from_hex("41");
    EXPECT_EQ(tested.append(cut), error::none);
    EXPECT_EQ(tested.append(wrong), error::text_not_utf8);
}

TEST(an_assembly, does_not_end_a_text_amid_a_character) {
    assembly tested;
    tested.begin(opcode::text, 100);
    tested.begin_frame(header_of(3));

    auto cut = from_hex("61e282");
    EXPECT_EQ(tested.append(cut), error::none);
    EXPECT_EQ(tested.finish(), error::text_not_utf8);
}

TEST(an_assembly, moves_on_by_as_much_as_is_no_pretence) {
    using namespace std::chrono_literals;
    const std::chrono::steady_clock::time_point begin{1h};
    assembly tested;
    tested.begin(opcode::binary, std::size_t{1} << 20);
    tested.begin_time(begin);
    tested.begin_frame({.fin = false, .opcode = opcode::binary, .payload_length = 200'000});

    bytes much(65535);
    bytes little(1);
    (void)tested.append(much);
    tested.note_time(begin + 1s);
    EXPECT_EQ(tested.moved_on(), begin);
    (void)tested.append(little);
    tested.note_time(begin + 2s);
    EXPECT_EQ(tested.moved_on(), begin + 2s);
    (void)tested.append(much);
    tested.note_time(begin + 3s);
    EXPECT_EQ(tested.moved_on(), begin + 2s);
}

// --- handed out as it comes

TEST(an_assembly, hands_out_what_came_where_it_lies) {
    assembly tested;
    constexpr masking_key key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    auto wire = to_bytes("abcdefg");
    apply_mask(wire, key);
    tested.begin(opcode::text, 100);
    tested.begin_frame(header_of(7, true, key));

    auto first = std::span{wire}.first(3);
    const auto one = tested.take(first, false, {});
    EXPECT_EQ(to_text(one.data), "abc");
    EXPECT_EQ(one.data.data(), wire.data());
    EXPECT_TRUE(one.first && !one.last && !one.more && first.empty());
    auto rest = std::span{wire}.subspan(3);
    const auto two = tested.take(rest, true, {});

    EXPECT_EQ(to_text(two.data), "defg");
    EXPECT_TRUE(!two.first && two.last);
    EXPECT_EQ(tested.memory(), 0u);
}

TEST(an_assembly, inflates_as_much_at_once_as_there_is_room_for) {
    codec_pool codecs;
    constexpr masking_key key{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    const auto text = some_text(20'000, 1) + std::string(50'000, 'a') + some_text(5'000, 2);
    auto wire = deflated(text);
    apply_mask(wire, key);
    for (const std::size_t size : {1u, 7u, 1000u, 65536u}) {
        SCOPED_TRACE(size);
        auto copy = wire;
        std::span<std::byte> bytes{copy};
        std::vector<std::byte> room(size);
        assembly tested;
        tested.begin(opcode::text, static_cast<std::size_t>(-1), codecs, {});
        tested.begin_frame(header_of(wire.size(), true, key));

        std::string all;
        assembly::part part;
        part.more = true;
        while (!bytes.empty() || part.more) {
            part = tested.take(bytes, true, room);
            ASSERT_EQ(part.why, error::none);
            ASSERT_EQ(part.first, all.empty());
            ASSERT_TRUE(!part.data.empty() || part.last);
            all += to_text(part.data);
        }

        EXPECT_TRUE(part.last);
        EXPECT_EQ(all, text);
        EXPECT_EQ(tested.memory(), inflater::memory);
    }
}

TEST(an_assembly, hands_out_what_is_valid_before_the_first_wrong_byte) {
    for (const bool ends : {false, true}) {
        assembly tested;
        tested.begin(opcode::text, 100);
        tested.begin_frame(header_of(10));
        auto wire = to_bytes("caf\xc3");
        std::span<std::byte> bytes{wire};
        const auto one = tested.take(bytes, ends, {});
        EXPECT_EQ(to_text(one.data), "caf\xc3");
        EXPECT_EQ(one.why, ends ? error::text_not_utf8 : error::none) << "amid a character";
        EXPECT_FALSE(one.last);
        if (ends) continue;

        wire = to_bytes("\xa9 \xff no");
        bytes = wire;
        const auto two = tested.take(bytes, true, {});
        EXPECT_EQ(to_text(two.data), "\xa9 ");
        EXPECT_EQ(two.why, error::text_not_utf8);
        EXPECT_FALSE(two.last);
    }
}

}  // namespace
}  // namespace pushwire::protocol
