// The opening handshake as a client reads its answer: the cuts of the input make no difference, and an answer that is taken
// is one by RFC 6455 4.1.
//
//   byte 0   the cuts
//   byte 1   bits: 0, sub-protocols are offered; 1 and 2, small max_header, max_header_fields; 3, compression is offered;
//            4, with context kept
//   then     what the server sends

#include <algorithm>
#include <string>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;
using state = opening_handshake::state;

struct outcome {
    opening_handshake::state state = state::incomplete;
    error why = error::none;
    std::size_t consumed = 0;
    std::uint16_t status = 0;
    std::string subprotocol{};
    bool compresses = false;

    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read_response(const session_settings& settings, const client_request& asked,
                      std::span<const std::byte> input, cuts cut) {
    opening_handshake opening{settings};
    static_cast<void>(opening.open(asked));
    outcome what;
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        const auto progress = opening.receive(piece);
        FUZZ_CHECK(progress.consumed <= piece.size());
        FUZZ_CHECK(progress.state != state::incomplete || progress.consumed == piece.size());
        what.state = progress.state;
        what.why = progress.why;
        what.consumed += progress.consumed;
        return what.state == state::incomplete;
    });
    what.status = opening.response_status();
    if (what.state == state::complete) {
        what.subprotocol = opening.subprotocol();
        what.compresses = opening.deflate().in_use;
        FUZZ_CHECK(!what.compresses || settings.compression.enabled);
        FUZZ_CHECK(!what.compresses || !settings.compression.server_no_context_takeover ||
                   opening.deflate().server_no_context_takeover);
    }
    return what;
}

void check_taken(const outcome& what, const client_request& asked, std::string_view taken) {
    FUZZ_CHECK(what.status == 101 && what.why == error::none);
    FUZZ_CHECK(taken.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string_view::npos);
    FUZZ_CHECK(taken.ends_with("\r\n\r\n"));
    FUZZ_CHECK(!what.compresses || taken.find("permessage-deflate") != std::string_view::npos);
    FUZZ_CHECK(what.subprotocol.empty() ||
               std::ranges::find(asked.subprotocols, what.subprotocol) != asked.subprotocols.end());
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire;
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto flags = source.u8();
    protocol::session_settings settings{.role = protocol::role::client};
    if ((flags & 2) != 0) settings.limits.max_header = 256;
    if ((flags & 4) != 0) settings.limits.max_header_fields = 8;
    settings.compression.enabled = (flags & 8) != 0;
    settings.compression.server_no_context_takeover = (flags & 16) == 0;
    settings.compression.client_no_context_takeover = (flags & 16) == 0;
    protocol::client_request asked{.host = "server.example.com", .key = "dGhlIHNhbXBsZSBub25jZQ=="};
    if ((flags & 1) != 0) asked.subprotocols = {"chat", "superchat"};

    const auto input = source.take_rest();
    const auto whole = read_response(settings, asked, input, cuts{0});
    FUZZ_CHECK(whole == read_response(settings, asked, input, cut));
    FUZZ_CHECK((whole.state == protocol::opening_handshake::state::failed) == (whole.why != error::none));
    if (whole.state == protocol::opening_handshake::state::complete)
        check_taken(whole, asked, as_text(input.first(whole.consumed)));
    return 0;
}
