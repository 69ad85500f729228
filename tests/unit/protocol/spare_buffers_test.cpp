#include <cstdlib>
#include <vector>

#include <pushwire/protocol/spare_buffers.hpp>

#include <gtest/gtest.h>

namespace pushwire::protocol {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

spare_buffers::buffer made(std::size_t size) {
    return {static_cast<std::byte*>(std::malloc(size)), size};
}

TEST(spare_buffers, are_taken_by_their_size_the_largest_first) {
    spare_buffers tested;
    for (const auto size : {mebibyte, mebibyte / 2, mebibyte / 4}) tested.give_back(made(size));

    EXPECT_EQ(tested.take(mebibyte + 1, 2 * mebibyte).bytes, nullptr);
    EXPECT_EQ(tested.take(1, mebibyte / 4 - 1).bytes, nullptr);
    const auto taken = tested.take(mebibyte / 4, mebibyte - 1);

    EXPECT_EQ(taken.size, mebibyte / 2);
    EXPECT_EQ(tested.kept_bytes(), mebibyte + mebibyte / 4);
    std::free(taken.bytes);
}

TEST(spare_buffers, of_one_size_come_in_the_opposite_order_since_the_last_is_in_the_cache) {
    spare_buffers tested;
    const auto first = made(mebibyte);
    const auto last = made(mebibyte);
    tested.give_back(first);
    tested.give_back(last);

    EXPECT_EQ(tested.take(1, mebibyte).bytes, last.bytes);
    EXPECT_EQ(tested.take(1, mebibyte).bytes, first.bytes);
    EXPECT_EQ(tested.take(1, mebibyte).bytes, nullptr);
    std::free(first.bytes);
    std::free(last.bytes);
}

// The sanitizer tells of one that is neither kept nor freed.
TEST(spare_buffers, are_bounded_and_those_go_that_nobody_wanted_for_longest) {
    spare_buffers tested;
    for (int i = 0; i < 6; ++i) tested.give_back(made(mebibyte / 2));
    for (int i = 0; i < 3; ++i) tested.give_back(made(mebibyte));

    EXPECT_EQ(tested.kept_bytes(), spare_buffers::most_kept);
    std::vector<std::size_t> sizes;
    for (auto each = tested.take(1, mebibyte); each.bytes != nullptr; each = tested.take(1, mebibyte)) {
        sizes.push_back(each.size);
        std::free(each.bytes);
    }
    EXPECT_EQ(sizes, (std::vector{mebibyte, mebibyte, mebibyte, mebibyte / 2, mebibyte / 2}));
}

TEST(spare_buffers, are_neither_small_nor_so_large_that_nothing_else_had_room) {
    spare_buffers tested;
    tested.give_back(made(spare_buffers::least - 1));
    tested.give_back(made(spare_buffers::most_kept + 1));
    tested.give_back({});
    EXPECT_EQ(tested.kept_bytes(), 0u);

    for (std::size_t i = 0; i <= spare_buffers::most_kept / spare_buffers::least; ++i) {
        tested.give_back(made(spare_buffers::least));
    }
    EXPECT_EQ(tested.kept_bytes(), spare_buffers::most_kept);
}

}  // namespace
}  // namespace pushwire::protocol
