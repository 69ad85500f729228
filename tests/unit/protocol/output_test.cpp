#include <deque>
#include <random>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

// What an idle connection holds for its output.
static_assert(sizeof(output) <= 16);

void append(output& to, const bytes& frame) {
    std::ranges::copy(frame, to.append_frame(frame.size()));
}

block_ref share(block_pool& pool, const bytes& frame) {
    auto block = pool.take_exactly(frame.size());
    std::ranges::copy(frame, block->bytes());
    block->used = frame.size();
    return block;
}

std::vector<std::span<const std::byte>> segments_of(const output& from) {
    std::vector<std::span<const std::byte>> segments(1000);
    segments.resize(from.gather(segments));
    return segments;
}

bytes content(const output& from) {
    bytes result;
    for (const auto& segment : segments_of(from)) result.insert(result.end(), segment.begin(), segment.end());
    return result;
}

bytes message(std::string_view text) {
    return frame(opcode::text, text, false);
}

class an_output : public testing::Test {
  protected:
    block_pool pool;
    output tested{pool};
};

TEST_F(an_output, joins_small_frames_in_one_block) {
    append(tested, message("one"));
    append(tested, message("two"));

    EXPECT_EQ(content(tested), message("one") + message("two"));
    EXPECT_EQ(segments_of(tested).size(), 1u);
}

TEST_F(an_output, fills_the_block_it_has_again_and_again_when_it_keeps_up) {
    append(tested, message("one"));
    const auto* const place = segments_of(tested)[0].data();
    for (int i = 0; i < 5000; ++i) {
        tested.consume(tested.bytes());
        append(tested, message("one"));
        ASSERT_EQ(segments_of(tested)[0].data(), place);
    }
}

TEST_F(an_output, takes_a_new_block_where_a_frame_does_not_fit) {
    const auto large = message(std::string(20'000, 'x'));
    append(tested, message(std::string(10'000, 'a')));
    append(tested, message(std::string(10'000, 'b')));
    append(tested, large);
    append(tested, message("c"));

    EXPECT_EQ(segments_of(tested).size(), 4u);
    EXPECT_EQ(content(tested),
              message(std::string(10'000, 'a')) + message(std::string(10'000, 'b')) + large + message("c"));
}

TEST_F(an_output, sends_shared_frames_from_where_they_are) {
    const auto shared = share(pool, message("to all"));
    append(tested, message("one"));
    tested.append_shared(shared_frame{shared});
    append(tested, message("two"));

    EXPECT_EQ(content(tested), message("one") + message("to all") + message("two"));
    EXPECT_EQ(segments_of(tested)[1].data(), shared->bytes());
    tested.consume(tested.bytes());
    EXPECT_EQ(shared->references, 1u);
}

TEST_F(an_output, sends_the_shared_frames_of_a_run_in_one_piece) {
    shared_frames shared{pool};
    const auto put = [&](std::string_view text) {
        const auto wire = message(text);
        auto frame = shared.place(wire.size());
        std::ranges::copy(wire, frame.bytes().begin());
        return frame;
    };
    for (int run = 0; run < 2; ++run) {
        SCOPED_TRACE(run);
        const auto one = put("one");
        const auto two = put("two");
        const auto six = put("six");
        for (const auto* each : {&one, &two, &six}) tested.append_shared(*each);
        EXPECT_EQ(content(tested), message("one") + message("two") + message("six"));
        // In the first one nobody knew that there would be three.
        EXPECT_EQ(segments_of(tested).size(), run == 0 ? 2u : 1u);
        tested.consume(3);
        EXPECT_EQ(tested.drop_oldest(1), message("two").size());
        EXPECT_EQ(content(tested), from_hex(to_hex(message("one")).substr(6)) + message("six"));
        tested.consume(tested.bytes());

        tested.append_shared(two);
        tested.append_shared(one);
        tested.append_shared(six);
        EXPECT_EQ(content(tested), message("two") + message("one") + message("six"));
        EXPECT_EQ(segments_of(tested).size(), 3u);
        tested.consume(tested.bytes());
        shared.end_run();
    }
}

TEST_F(an_output, keeps_little_beside_a_shared_frame) {
    shared_frames shared{pool};
    for (int run = 0; run < 100; ++run) {
        const auto wire = message(std::string(100, 'x'));
        auto frame = shared.place(wire.size());
        std::ranges::copy(wire, frame.bytes().begin());
        tested.append_shared(frame);
        shared.end_run();
    }

    EXPECT_LT(pool.lent_bytes(), 2 * tested.bytes() + 100 * 100);
}

TEST_F(an_output, never_writes_behind_a_frame_that_others_hold) {
    const auto block = pool.take(1000);
    const auto text = message("shared");
    std::ranges::copy(text, block->bytes());
    block->used = text.size();
    tested.append_shared(shared_frame{block});
    append(tested, message("own"));

    EXPECT_EQ(block->used, text.size());
    EXPECT_EQ(content(tested), text + message("own"));
}

TEST_F(an_output, fills_as_many_segments_as_it_is_given) {
    for (int i = 0; i < 5; ++i) tested.append_shared(shared_frame{share(pool, message("x"))});
    std::array<std::span<const std::byte>, 3> three;

    EXPECT_EQ(tested.gather(three), 3u);
    EXPECT_EQ(to_hex(three[2]), to_hex(message("x")));
}

TEST_F(an_output, drops_the_oldest_data_frames_until_enough_is_gone) {
    append(tested, message("one"));
    append(tested, message("two"));
    append(tested, message("three"));

    EXPECT_EQ(tested.drop_oldest(6), 10u);
    EXPECT_EQ(content(tested), message("three"));
    EXPECT_EQ(tested.drop_oldest(1000), 7u);
    EXPECT_TRUE(tested.empty());
}

TEST_F(an_output, drops_no_control_frame_to_make_room) {
    const auto pong = frame(opcode::pong, "p", false);
    append(tested, pong);
    append(tested, message("one"));
    append(tested, pong);
    append(tested, message("two"));

    tested.drop_oldest(1000);

    EXPECT_EQ(content(tested), pong + pong);
}

TEST_F(an_output, drops_no_fragment_to_make_room) {
    const auto first = frame(opcode::text, "1", false, false);
    const auto last = frame(opcode::continuation, "2", false, true);
    append(tested, message("before"));
    append(tested, first);
    append(tested, last);
    append(tested, message("behind"));

    EXPECT_EQ(tested.drop_oldest(1000), 16u);
    EXPECT_EQ(content(tested), first + last);
    tested.drop_unbegun();
    EXPECT_TRUE(tested.empty());
}

TEST_F(an_output, takes_over_all_of_another) {
    append(tested, message("own"));
    output other{pool};
    tested.append_all_of(other);
    append(other, message("one"));
    other.append_shared(shared_frame{share(pool, message("two"))});
    append(other, message("three"));
    other.consume(5 + 5);  // the first two
    const auto* const place = segments_of(other).back().data();
    append(other, message("four"));

    tested.append_all_of(other);

    EXPECT_TRUE(other.empty());
    EXPECT_EQ(content(tested), message("own") + message("three") + message("four"));
    EXPECT_EQ(segments_of(tested).back().data(), place);
    append(other, message("new"));
    EXPECT_EQ(content(other), message("new"));
}

TEST_F(an_output, drops_no_frame_that_is_begun) {
    append(tested, message("begun"));
    append(tested, message("two"));
    tested.consume(3);

    tested.drop_unbegun();

    EXPECT_EQ(content(tested), from_hex(to_hex(message("begun")).substr(6)));
}

TEST_F(an_output, drops_nothing_that_is_no_frame) {
    tested.append_opaque(to_bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
    append(tested, message("one"));
    EXPECT_EQ(segments_of(tested).size(), 1u);
    tested.consume(5);

    tested.drop_unbegun();
    EXPECT_EQ(to_text(content(tested)), "1.1 101 Switching Protocols\r\n\r\n");
}

TEST_F(an_output, tells_when_what_was_marked_has_left) {
    append(tested, message("one"));
    append(tested, frame(opcode::pong, "", false));
    tested.mark();
    append(tested, message("two"));

    tested.drop_oldest(1);  // before the mark
    EXPECT_EQ(tested.bytes(), 2u + 5u);
    tested.consume(1);
    EXPECT_TRUE(tested.mark_waits());
    tested.consume(1);
    EXPECT_FALSE(tested.mark_waits());
}

TEST_F(an_output, moves_a_small_rest_out_of_a_large_block) {
    append(tested, message(std::string(12'000, 'x')));
    append(tested, message("rest"));
    tested.consume(12'000);
    const auto before = content(tested);

    const auto* const place_before = segments_of(tested)[0].data();
    tested.shrink();

    EXPECT_NE(segments_of(tested)[0].data(), place_before);
    EXPECT_EQ(content(tested), before);
    tested.drop_unbegun();
    EXPECT_EQ(tested.bytes(), 4u);  // of the frame that is begun
}

TEST_F(an_output, looks_once_at_what_waits_behind_the_first_block) {
    block_pool own_pool;
    output other{own_pool};
    append(other, message(std::string(12'000, 'x')));
    auto large = own_pool.take(block_pool::usual_capacity);  // much of it unused, and ours as well
    const auto small = message("small");
    std::ranges::copy(small, large->bytes());
    large->used = small.size();
    other.append_shared(shared_frame{large});
    const auto* const place = large->bytes();

    other.shrink();
    large = {};
    other.shrink();
    EXPECT_EQ(segments_of(other)[1].data(), place);
    other.consume(segments_of(other)[0].size());
    other.shrink();

    EXPECT_NE(segments_of(other)[0].data(), place);
    EXPECT_EQ(content(other), small);
}

TEST_F(an_output, moves_out_what_a_drop_leaves_of_a_block) {
    block_pool own_pool;
    output other{own_pool};
    const auto big = message(std::string(12'000, 'x'));
    for (int i = 0; i < 4; ++i) {
        append(other, big);
        append(other, frame(opcode::pong, "stays", false));
    }
    other.consume(1);
    other.shrink();
    const auto before = own_pool.lent_bytes();

    other.drop_oldest(2 * big.size());
    other.shrink();
    EXPECT_LT(own_pool.lent_bytes(), before - 2 * 12'000);

    const auto before_another = own_pool.lent_bytes();
    append(other, big);
    other.shrink();
    other.drop_oldest(2 * big.size());
    other.shrink();
    EXPECT_LT(own_pool.lent_bytes(), before_another);
}

// --- against a model

/// The same queue as a plain list of frames.
struct model {
    struct entry {
        bytes data;
        bool control;
        bool opaque;
        std::size_t consumed = 0;
    };
    std::deque<entry> entries;
    std::size_t marked = 0;

    [[nodiscard]] std::size_t size() const {
        std::size_t sum = 0;
        for (const auto& e : entries) sum += e.data.size() - e.consumed;
        return sum;
    }

    [[nodiscard]] bytes content() const {
        bytes result;
        for (const auto& e : entries) {
            result.insert(result.end(), e.data.begin() + static_cast<std::ptrdiff_t>(e.consumed),
                          e.data.end());
        }
        return result;
    }

    void consume(std::size_t n) {
        marked -= std::min(marked, n);
        while (n != 0) {
            auto& front = entries.front();
            const auto taken = std::min(n, front.data.size() - front.consumed);
            front.consumed += taken;
            n -= taken;
            if (front.consumed == front.data.size()) entries.pop_front();
        }
    }

    std::size_t drop(std::size_t wanted, bool control_too) {
        std::size_t dropped = 0;
        std::size_t position = 0;
        for (auto at = entries.begin(); at != entries.end() && dropped < wanted;) {
            const auto size = at->data.size() - at->consumed;
            const bool stays = at->opaque || at->consumed != 0 || (at->control && !control_too);
            if (stays) {
                position += size;
                ++at;
                continue;
            }
            if (position < marked) marked -= size;
            dropped += size;
            at = entries.erase(at);
        }
        return dropped;
    }
};

TEST_F(an_output, tells_the_pool_what_its_list_costs) {
    block_pool own_pool;
    const auto shared = share(own_pool, frame(opcode::text, "x"));
    const auto alone = own_pool.lent_bytes();
    {
        output other{own_pool};
        for (int i = 0; i < 1000; ++i) other.append_shared(shared_frame{shared});
        EXPECT_GE(own_pool.lent_bytes(), alone + 999 * 32) << "small shared messages are not for nothing";
        other.consume(other.bytes() / 2);
        EXPECT_LT(own_pool.lent_bytes(), alone + 999 * 32);
    }
    EXPECT_EQ(own_pool.lent_bytes(), alone);
}

TEST_F(an_output, behaves_as_a_list_of_frames_under_any_sequence_of_operations) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random{seed};
        block_pool own_pool;
        shared_frames shared{own_pool};
        output real{own_pool};
        model expected;
        const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };

        for (int step = 0; step < 1500; ++step) {
            const bool control = below(5) == 0;
            const bool masked = seed % 2 == 0;
            const auto largest = control ? 126u : below(20) == 0 ? 40'000u : 700u;
            const auto text = std::string(below(largest), static_cast<char>('a' + below(26)));
            const auto code = control ? opcode::pong : opcode::binary;
            switch (below(10)) {
                case 0:
                case 1:
                case 2:
                    append(real, frame(code, text, masked));
                    expected.entries.push_back({frame(code, text, masked), control, false});
                    break;
                case 3:
                    if (below(2) == 0) {
                        real.append_shared(shared_frame{share(own_pool, frame(code, text, masked))});
                    } else {
                        if (below(4) == 0) shared.end_run();
                        const auto wire = frame(code, text, masked);
                        const auto placed = shared.place(wire.size());
                        std::ranges::copy(wire, placed.bytes().begin());
                        real.append_shared(placed);
                    }
                    expected.entries.push_back({frame(code, text, masked), control, false});
                    break;
                case 4:
                    if (text.empty() || below(4) != 0) break;
                    real.append_opaque(to_bytes(text));
                    expected.entries.push_back({to_bytes(text), false, true});
                    break;
                case 5:
                case 6: {
                    const auto n = below(real.bytes() + 1);
                    real.consume(n);
                    expected.consume(n);
                    break;
                }
                case 7: {
                    const auto wanted = below(2000);
                    const auto promised = real.droppable(wanted);
                    ASSERT_EQ(real.drop_oldest(wanted), promised);
                    ASSERT_EQ(promised, expected.drop(wanted, false));
                    break;
                }
                case 8:
                    if (below(10) == 0) {
                        real.drop_unbegun();
                        expected.drop(static_cast<std::size_t>(-1), true);
                    }
                    real.shrink();
                    break;
                default:
                    real.mark();
                    expected.marked = expected.size();
                    break;
            }
            ASSERT_EQ(real.bytes(), expected.size()) << "after step " << step;
            ASSERT_EQ(real.mark_waits(), expected.marked != 0) << "after step " << step;
            if (step % 7 != 0) continue;
            ASSERT_EQ(content(real), expected.content()) << "after step " << step;
        }
        ASSERT_EQ(content(real), expected.content());
    }
}

}  // namespace
}  // namespace pushwire::protocol
