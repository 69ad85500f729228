#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

TEST(a_block_pool, gives_out_the_block_that_came_back_last) {
    block_pool pool;
    auto first = pool.take(1);
    auto second = pool.take(1);
    const auto* const last = &*second;
    first = {};
    second = {};

    EXPECT_EQ(&*pool.take(100), last);
}

TEST(a_block_pool, takes_a_block_back_with_its_last_reference) {
    block_pool pool;
    auto block = pool.take(1);
    block->used = 7;
    const auto* const place = &*block;
    auto other = block;
    EXPECT_EQ(block->references, 2u);
    block = {};

    EXPECT_NE(&*pool.take(1), place);
    other = {};
    const auto again = pool.take(1);

    EXPECT_EQ(&*again, place);
    EXPECT_EQ(again->used, 0u);
    EXPECT_EQ(again->references, 1u);
}

TEST(a_block_pool, makes_larger_blocks_and_exact_ones_to_measure) {
    block_pool pool;
    EXPECT_EQ(pool.take(1)->capacity, block_pool::usual_capacity);
    EXPECT_EQ(pool.take(block_pool::usual_capacity)->capacity, block_pool::usual_capacity);
    EXPECT_EQ(pool.take(block_pool::usual_capacity + 1)->capacity, block_pool::usual_capacity + 1);
    EXPECT_EQ(pool.take_exactly(5)->capacity, 5u);
}

TEST(a_block_pool, keeps_no_more_than_its_bound) {
    block_pool pool;
    std::vector<block_ref> taken;
    for (std::size_t i = 0; i < 2 * block_pool::max_kept; ++i) taken.push_back(pool.take(1));
    taken.clear();  // the sanitizer tells of a block that is neither kept nor freed

    EXPECT_TRUE(pool.take(1));
}

TEST(a_block_pool, makes_large_blocks_of_those_that_came_back) {
    block_pool pool;
    constexpr auto large = std::size_t{1} << 20;
    auto block = pool.take(large);
    const auto* const place = &*block;
    block = {};
    EXPECT_EQ(pool.lent_bytes(), 0u) << "what is spare is not lent";

    EXPECT_NE(&*pool.take(large / 2), place) << "for less it would be a waste";
    const auto again = pool.take_exactly(large - large / 10);

    EXPECT_EQ(&*again, place);
    EXPECT_EQ(again->capacity, large) << "what it is, and not what was asked for";
    EXPECT_EQ(again->used, 0u);
    EXPECT_EQ(again->references, 1u);
    EXPECT_EQ(pool.lent_bytes(), sizeof(protocol::block) + large);
}

TEST(a_block_pool, knows_what_is_out) {
    block_pool pool;
    EXPECT_EQ(pool.lent_bytes(), 0u);
    auto usual = pool.take(1);
    auto exact = pool.take_exactly(100);
    EXPECT_EQ(pool.lent_bytes(), 2 * sizeof(block) + block_pool::usual_capacity + 100);

    const auto shared = exact;
    exact = {};
    usual = {};
    EXPECT_EQ(pool.lent_bytes(), sizeof(block) + 100)
        << "a shared block counts once, as long as anyone has it";
}

}  // namespace
}  // namespace pushwire::protocol
