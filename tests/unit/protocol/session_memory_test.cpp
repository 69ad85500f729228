// What a connection that keeps up costs in memory: nothing but its session, and no allocation per message.

#include <cstdlib>
#include <new>

#include <malloc.h>

#include "unit/protocol/deflate_streams.hpp"

namespace {

std::size_t allocations = 0;
std::size_t held = 0;  // bytes

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size)) {
        held += malloc_usable_size(memory);
        return memory;
    }
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    held -= malloc_usable_size(memory);
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    held -= malloc_usable_size(memory);
    std::free(memory);
}

namespace pushwire::protocol {
namespace {

using a_steady_session = session_test;

TEST_F(a_steady_session, echoes_without_an_allocation) {
    make_open_server();
    const auto request = frame(opcode::binary, "a small message");
    auto buffer = request;
    std::size_t echoed = 0;
    const auto echo = [&] {
        std::ranges::copy(request, buffer.begin());
        tested->receive(buffer, now);
        for (auto event = tested->next(); event.type != event_type::none; event = tested->next()) {
            echoed += tested->send(message_type::binary, event.data) == send_result::accepted ? 1 : 0;
        }
        std::array<std::span<const std::byte>, 4> segments;
        EXPECT_EQ(tested->outgoing().gather(segments), 1u);
        tested->consume(segments[0].size(), now);
    };
    echo();

    const auto before = allocations;
    for (int i = 0; i < 10'000; ++i) echo();

    EXPECT_EQ(allocations, before);
    EXPECT_EQ(echoed, 10'001u);
}

TEST_F(a_steady_session, echoes_a_large_message_in_buffers_that_were_there_before) {
    make_open_server();
    constexpr std::size_t size = std::size_t{1} << 20;
    constexpr std::size_t room = size + 100;
    std::array<spare_buffers::buffer, 2> spare;
    for (auto& each : spare) {
        each = {static_cast<std::byte*>(std::malloc(room)), room};
        pool.spare().give_back(each);
    }
    const auto place_of = [&](std::span<const std::byte> bytes) {
        return std::ranges::find_if(spare,
                                    [&](const auto& each) {
                                        return bytes.data() >= each.bytes &&
                                               bytes.data() + bytes.size() <= each.bytes + room;
                                    }) -
               spare.begin();
    };
    auto request = frame(opcode::binary, std::string(size, 'a'));
    constexpr std::size_t read = std::size_t{64} << 10;

    tested->receive(std::span{request}.first(read), now);
    EXPECT_EQ(tested->next().type, event_type::none);
    const auto rest = std::span{request}.subspan(read);
    const auto destination = tested->destination();
    ASSERT_EQ(destination.size(), rest.size()) << "all that is to come has room at once";
    std::ranges::copy(rest, destination.begin());
    tested->commit(rest.size(), now);
    const auto told = tested->next();
    ASSERT_EQ(told.data.size(), size);
    EXPECT_EQ(tested->send(message_type::binary, told.data), send_result::accepted);
    std::array<std::span<const std::byte>, 4> segments;
    ASSERT_EQ(tested->outgoing().gather(segments), 1u);
    const auto came = place_of(told.data);
    const auto leaves = place_of(segments[0]);
    EXPECT_EQ(came + leaves, 1) << "one each: " << came << " and " << leaves;

    tested->consume(segments[0].size(), now);
    EXPECT_EQ(tested->next().type, event_type::none);
    EXPECT_EQ(pool.spare().kept_bytes(), 2 * room);
    EXPECT_EQ(pool.lent_bytes(), 0u);
}

TEST_F(a_steady_session, inflates_and_compresses_without_an_allocation) {
    codec_pool codecs;
    settings.codecs = &codecs;
    settings.compression = {.enabled = true, .threshold = 0};
    make_open_server("permessage-deflate");
    const std::string text(300, 'a');
    auto request = frame(opcode::text, deflated(text));
    request[0] |= std::byte{0x40};
    auto buffer = request;
    std::size_t echoed = 0;
    const auto echo = [&] {
        std::ranges::copy(request, buffer.begin());
        tested->receive(buffer, now);
        for (auto event = tested->next(); event.type != event_type::none; event = tested->next()) {
            echoed += event.data.size();
            EXPECT_EQ(tested->send(message_type::text, event.data), send_result::accepted);
        }
        std::array<std::span<const std::byte>, 4> segments;
        EXPECT_EQ(tested->outgoing().gather(segments), 1u);
        EXPECT_LT(segments[0].size(), 20u);
        tested->consume(segments[0].size(), now);
    };
    echo();

    const auto before = allocations;
    for (int i = 0; i < 1000; ++i) echo();

    EXPECT_EQ(allocations, before);
    EXPECT_EQ(echoed, 1001 * text.size());
}

std::string listing(std::string_view field, std::string_view first, std::string_view more) {
    std::string line = std::string{field} + ": " + std::string{first};
    while (!more.empty() && line.size() + more.size() < 12'000) line += more;
    return line + "\r\n\r\n";
}

using a_request = session_test;

TEST_F(a_request, holds_what_it_says_however_much_is_offered) {
    codec_pool codecs;
    settings.codecs = &codecs;
    std::string tokens;
    for (int i = 0; i < 2000; ++i) tokens += std::to_string(i) + ",";
    for (const bool compresses : {false, true}) {
        settings.compression = {.enabled = compresses};
        for (const auto& offer :
             {listing("Sec-WebSocket-Extensions", "a", ";a"), listing("Sec-WebSocket-Extensions", "a", ",a"),
              listing("Sec-WebSocket-Extensions", "permessage-deflate", ";a"),
              listing("Sec-WebSocket-Extensions", "permessage-deflate", ",permessage-deflate;a;b;c;d;e;f"),
              listing("Sec-WebSocket-Protocol", tokens, "")}) {
            make_server();
            std::string asked{handshake};
            asked.replace(asked.size() - 2, 2, offer);
            auto buffer = to_bytes(asked);
            const auto before = held;
            tested->receive(buffer, now);
            ASSERT_EQ(tested->next().type, event_type::request) << offer.substr(0, 60);

            EXPECT_LE(held - before, tested->unfinished_bytes() + 500) << offer.substr(0, 60);
            if (!offer.starts_with("Sec-WebSocket-Protocol")) {
                EXPECT_LE(held - before, 3 * asked.size());
            }
        }
    }
}

TEST_F(a_steady_session, owns_nothing_while_it_waits_for_a_request) {
    settings.role = role::server;
    const auto before = allocations;
    const session waiting{settings, pool, now};
    EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace pushwire::protocol
