#include <chrono>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

using namespace std::chrono_literals;

// What one idle connection costs, of a hundred thousand.
static_assert(sizeof(session) <= 208);

using a_session = session_test;

TEST_F(a_session, echoes) {
    make_open_server();

    const auto events = receive(frame(opcode::text, "Hello"));
    const auto sent = tested->send(message_type::text, to_bytes("Hello"));

    EXPECT_EQ(events, (told_list{{event_type::text, "Hello"}}));
    EXPECT_EQ(sent, send_result::accepted);
    EXPECT_EQ(to_hex(drain(*tested)), "810548656c6c6f");  // RFC 6455 5.7
}

TEST_F(a_session, hands_out_bytes_that_came_with_the_request) {
    make_server();
    EXPECT_EQ(receive(to_bytes(handshake) + frame(opcode::text, "early")),
              (told_list{{event_type::request, ""}}));

    tested->accept({}, now);

    EXPECT_EQ(read_events(*tested), (told_list{{event_type::text, "early"}}));
}

TEST_F(a_session, opens_as_a_client) {
    make_open_client();

    EXPECT_EQ(receive(frame(opcode::text, "Hello", false)), (told_list{{event_type::text, "Hello"}}));
}

}  // namespace
}  // namespace pushwire::protocol
