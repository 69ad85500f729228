// The opening handshake as a server reads it, and plain requests before it: the cuts of the input make no difference, a
// request that is taken is one by RFC 6455 4.2.1, our own client takes the answer, and any other answer is one whole head.
//
//   byte 0   the cuts
//   byte 1   bits: 0, sub-protocols are spoken; 1, 2 and 3, small max_header, max_header_fields, max_body; 4, the
//            application chooses the sub-protocol; 5, plain requests are refused; 6, compression is spoken; 7, context kept
//   then     what the client sends

#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/head_scanner.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;
using state = opening_handshake::state;

struct outcome {
    opening_handshake::state state = state::incomplete;
    error why = error::none;
    std::size_t consumed = 0;
    bool handshake = false;
    bool keeps_alive = false;
    std::vector<std::string> request{};  ///< method, path, query, body, and each field
    std::string answer{};

    friend bool operator==(const outcome&, const outcome&) = default;
};

struct set_up {
    session_settings settings{};
    acceptance with{};
    bool refuses = false;
};

compression compression_of(bool enabled, bool keeps_context) {
    return {.enabled = enabled,
            .server_no_context_takeover = !keeps_context,
            .client_no_context_takeover = !keeps_context};
}

set_up read_set_up(std::uint8_t flags) {
    set_up result;
    if ((flags & 1) != 0) result.settings.subprotocols = {"chat", "superchat"};
    auto& limits = result.settings.limits;
    if ((flags & 2) != 0) limits.max_header = 256;
    if ((flags & 4) != 0) limits.max_header_fields = 8;
    if ((flags & 8) != 0) limits.max_body = 64;
    if ((flags & 16) != 0) result.with.subprotocol = "superchat";
    result.refuses = (flags & 32) != 0;
    result.settings.compression = compression_of((flags & 64) != 0, (flags & 128) != 0);
    return result;
}

std::string_view only(const header_fields& fields, std::string_view name) {
    std::string_view value;
    int count = 0;
    for (const auto& field : fields) {
        if (!equal_ignoring_case(field.name, name)) continue;
        value = field.value;
        ++count;
    }
    FUZZ_CHECK(count == 1);
    return value;
}

void check_whole_head(std::string_view answer) {
    head_scanner scanner{head_scanner::start::status_line, std::size_t{1} << 20, 100};
    const auto [verdict, consumed] = scanner.receive(answer);
    FUZZ_CHECK(verdict == head_verdict::complete);
    FUZZ_CHECK(answer.starts_with("HTTP/1.1 "));
    FUZZ_CHECK(consumed <= answer.size());
}

/// A client that asks for nothing in particular, so that it takes whatever fits an offer.
void check_taken_by_a_client(const request& from, std::string_view answer, std::string_view chosen,
                             const deflate_agreement& agreed) {
    session_settings settings{.role = role::client, .compression = compression_of(true, true)};
    client_request asked{.host = "h", .key = std::string{only(from.headers, "Sec-WebSocket-Key")}};
    if (!chosen.empty()) asked.subprotocols = {std::string{chosen}};
    opening_handshake client{settings};
    static_cast<void>(client.open(asked));
    const auto progress = client.receive(std::as_bytes(std::span{answer}));
    FUZZ_CHECK(progress.state == state::complete && progress.consumed == answer.size());
    FUZZ_CHECK(client.subprotocol() == chosen);
    const auto& understood = client.deflate();
    FUZZ_CHECK(understood.in_use == agreed.in_use);
    FUZZ_CHECK(understood.server_no_context_takeover == agreed.server_no_context_takeover &&
               understood.client_no_context_takeover == agreed.client_no_context_takeover);
    FUZZ_CHECK(understood.server_window_bits == agreed.server_window_bits &&
               understood.client_window_bits == agreed.client_window_bits);
}

void answer_handshake(opening_handshake& opening, const set_up& with, outcome& what) {
    const auto& request = opening.request();
    FUZZ_CHECK(request.method == "GET");
    FUZZ_CHECK(only(request.headers, "Sec-WebSocket-Version") == "13");
    FUZZ_CHECK(only(request.headers, "Sec-WebSocket-Key").size() == 24);
    only(request.headers, "Host");
    what.answer = opening.accept(with.with);
    check_whole_head(what.answer);
    const auto chosen = opening.subprotocol();
    FUZZ_CHECK(chosen.empty() || chosen == "chat" || chosen == "superchat");
    FUZZ_CHECK(!opening.deflate().in_use || with.settings.compression.enabled);
    check_taken_by_a_client(request, what.answer, chosen, opening.deflate());
}

void answer_plain(opening_handshake& opening, const set_up& with, outcome& what) {
    const response answer{.status = 200, .headers = {{"X", what.request[1]}}, .body = what.request[3]};
    what.answer = with.refuses ? opening_handshake::refusal(426, what.request[1], {}, opening.asks_for_head())
                               : opening.respond(answer);
    check_whole_head(what.answer);
    const auto connection = what.answer.find("\r\nConnection: ");
    FUZZ_CHECK(connection != std::string::npos);
    const auto value = what.answer.substr(connection, what.answer.find("\r\n", connection + 2) - connection);
    const bool closes = value.ends_with("close");
    FUZZ_CHECK(closes == (with.refuses || !opening.keeps_alive()));
}

/// Reads from the opening what it has consumed up to its verdict; answers it.
void settle(opening_handshake& opening, const set_up& with, outcome& what) {
    if (what.state != state::complete) {
        FUZZ_CHECK((what.state == state::failed) == (what.why != error::none));
        if (what.state == state::failed) FUZZ_CHECK(describe(what.why).http_status >= 400);
        return;
    }
    const auto& limits = with.settings.limits;
    const auto& request = opening.request();
    FUZZ_CHECK(request.headers.size() <= limits.max_header_fields);
    FUZZ_CHECK(request.body.size() <= limits.max_body);
    FUZZ_CHECK(request.method.size() + request.path.size() + request.query.size() <= limits.max_header);
    what.handshake = opening.is_handshake();
    what.keeps_alive = opening.keeps_alive();
    for (const auto part : {request.method, request.path, request.query, request.body})
        what.request.emplace_back(part);
    for (const auto& [name, value] : request.headers) {
        what.request.emplace_back(name);
        what.request.emplace_back(value);
        FUZZ_CHECK(value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos);
    }
    if (what.handshake)
        answer_handshake(opening, with, what);
    else
        answer_plain(opening, with, what);
}

/// Every request that the input holds, up to the one after which no other can follow.
std::vector<outcome> read_requests(const set_up& with, std::span<const std::byte> input, cuts cut) {
    opening_handshake opening{with.settings};
    std::vector<outcome> outcomes(1);
    bool over = false;
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        while (!piece.empty()) {
            auto& what = outcomes.back();
            const auto progress = opening.receive(piece);
            FUZZ_CHECK(progress.consumed <= piece.size());
            piece = piece.subspan(progress.consumed);
            what.state = progress.state;
            what.why = progress.why;
            what.consumed += progress.consumed;
            if (what.state == state::incomplete) {
                FUZZ_CHECK(piece.empty());
                return true;
            }
            settle(opening, with, what);
            over = what.state == state::failed || what.handshake || with.refuses || !what.keeps_alive;
            if (over) return false;
            opening.reset();
            outcomes.emplace_back();
        }
        return true;
    });
    return outcomes;
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto with = read_set_up(source.u8());
    const auto input = source.take_rest();
    FUZZ_CHECK(read_requests(with, input, cuts{0}) == read_requests(with, input, cut));
    return 0;
}
