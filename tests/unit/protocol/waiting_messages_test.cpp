#include "protocol/waiting_messages.hpp"

#include <deque>
#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

class waiting : public testing::Test {
  protected:
    void append(std::string_view text) { tested.append(message_type::text, to_bytes(text)); }

    /// All that waits, taken from there.
    std::vector<std::string> take() {
        std::vector<std::string> result;
        for (; !tested.empty(); tested.pop_front()) result.push_back(to_text(tested.front().data));
        return result;
    }

    block_pool pool;
    shared_frames shared{pool};
    waiting_messages tested{pool};
};

using messages_that_wait = waiting;

TEST_F(messages_that_wait, come_out_as_they_went_in) {
    tested.append(message_type::binary, to_bytes("one"));
    tested.append_shared(encode_message(shared, message_type::text, to_bytes("two")));
    tested.append(message_type::text, {});

    EXPECT_EQ(tested.front().type, message_type::binary);
    EXPECT_EQ(to_text(tested.front().data), "one");
    tested.pop_front();
    EXPECT_EQ(tested.front().type, message_type::text);
    EXPECT_EQ(take(), (std::vector<std::string>{"two", ""}));
    EXPECT_EQ(tested.bytes(), 0u);
}

TEST_F(messages_that_wait, count_as_much_as_they_will_in_the_output) {
    append("hello");
    append(std::string(126, 'x'));
    EXPECT_EQ(tested.bytes(), 2u + 5 + 4 + 126);
    output to{pool};

    tested.move_to(to);

    EXPECT_EQ(to.bytes(), 2u + 5 + 4 + 126);
    EXPECT_TRUE(tested.empty());
}

TEST_F(messages_that_wait, share_a_publication_with_the_others_who_get_it) {
    const auto published = encode_message(shared, message_type::text, to_bytes("news"));
    tested.append_shared(published);
    EXPECT_EQ(tested.front().data.data(), published.bytes().data() + 2);
    output to{pool};

    tested.move_to(to);

    std::array<std::span<const std::byte>, 1> segment;
    ASSERT_EQ(to.gather(segment), 1u);
    EXPECT_EQ(segment[0].data(), published.bytes().data());
    EXPECT_EQ(published.owner->references, 3u);
}

TEST_F(messages_that_wait, are_dropped_whole_the_oldest_first) {
    append("one");
    append("two");
    append("three");

    EXPECT_EQ(tested.drop_oldest(6), 10u);

    EXPECT_EQ(take(), (std::vector<std::string>{"three"}));
}

TEST_F(messages_that_wait, are_a_queue_under_any_sequence_of_operations) {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random{seed};
        const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
        std::deque<std::string> expected;
        const auto size_of = [](const std::string& text) {
            return frame_header_size(text.size(), false) + text.size();
        };
        for (int step = 0; step < 500; ++step) {
            const auto text =
                std::string(below(below(10) == 0 ? 40'000 : 300), static_cast<char>('a' + below(26)));
            switch (below(5)) {
                case 0:
                case 1:
                    append(text);
                    expected.push_back(text);
                    break;
                case 2:
                    tested.append_shared(encode_message(shared, message_type::text, to_bytes(text)));
                    expected.push_back(text);
                    break;
                case 3:
                    if (expected.empty()) break;
                    ASSERT_EQ(to_text(tested.front().data), expected.front());
                    tested.pop_front();
                    expected.pop_front();
                    break;
                default: {
                    const auto wanted = below(1000);
                    std::size_t dropped = 0;
                    for (; dropped < wanted && !expected.empty(); expected.pop_front())
                        dropped += size_of(expected.front());
                    ASSERT_EQ(tested.drop_oldest(wanted), dropped);
                    tested.shrink();
                    break;
                }
            }
        }
        std::size_t bytes = 0;
        for (const auto& each : expected) bytes += size_of(each);
        EXPECT_EQ(tested.bytes(), bytes);
        EXPECT_EQ(take(), (std::vector<std::string>{expected.begin(), expected.end()}));
    }
}

}  // namespace
}  // namespace pushwire::protocol
