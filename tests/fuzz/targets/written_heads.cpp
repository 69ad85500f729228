// HTTP heads that we write: whatever the application puts into them, each is one message, read as it was meant.
//
//   byte 0   which: an answer to a request, a refusal, a 101, a client's request; bit 4: the request is a HEAD
//   then     a status, a body or target, names and values

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/head_scanner.hpp"
#include "protocol/http_head.hpp"
#include "protocol/opening_handshake.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;
using state = opening_handshake::state;

std::string take_text(byte_source& source) {
    return std::string{as_text(source.take(source.u8()))};
}

header_list take_fields(byte_source& source) {
    header_list fields;
    for (auto count = source.u8() % 8; count > 0; --count) {
        auto name = take_text(source);
        fields.emplace_back(std::move(name), take_text(source));
    }
    return fields;
}

std::size_t times(const http_head& head, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(
        head.fields, [&](const header_field& field) { return equal_ignoring_case(field.name, name); }));
}

/// The application's fields are there as they are, or not at all.
void check_added(const http_head& head, const header_list& added) {
    std::size_t own = 0;
    for (const auto& [name, value] : head.fields) {
        own += static_cast<std::size_t>(std::ranges::any_of(added, [&](const auto& field) {
            const auto begin = field.second.find_first_not_of(" \t");
            const auto trimmed =
                begin == std::string::npos
                    ? std::string{}
                    : field.second.substr(begin, field.second.find_last_not_of(" \t") - begin + 1);
            return field.first == name && trimmed == value;
        }));
    }
    constexpr std::size_t most_of_ours = 6;
    FUZZ_CHECK(head.fields.size() <= own + most_of_ours);
}

void check_response(std::string text, std::uint16_t status, std::string_view body, bool with_body,
                    const header_list& added) {
    head_scanner scanner{head_scanner::start::status_line, std::size_t{1} << 20, 100};
    const auto [verdict, size] = scanner.receive(text);
    FUZZ_CHECK(verdict == head_verdict::complete);
    http_head head;
    FUZZ_CHECK(parse_head(head_kind::response, std::span{text}.first(size), head));
    FUZZ_CHECK(head.status == (status >= 200 && status <= 599 ? status : 500));
    FUZZ_CHECK(times(head, "Connection") == 1 && times(head, "Transfer-Encoding") == 0);
    const bool without_length = head.status == 204 || head.status == 304;
    FUZZ_CHECK(times(head, "Content-Length") == (without_length ? 0 : 1));
    const auto content = std::string_view{text}.substr(size);
    if (with_body && !without_length && head.status != 205) {
        FUZZ_CHECK(head.body_bytes == body.size());
        FUZZ_CHECK(content == body);
    } else {
        FUZZ_CHECK(content.empty());
    }
    check_added(head, added);
}

void receive_whole(opening_handshake& opening, std::string_view request) {
    FUZZ_CHECK(opening.receive(std::as_bytes(std::span{request})).state == state::complete);
}

void check_answer(byte_source& source, bool to_head) {
    const session_settings settings;
    opening_handshake opening{settings};
    receive_whole(opening,
                  to_head ? "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" : "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    response answer{.status = source.u16(), .headers = {}, .body = take_text(source)};
    answer.headers = take_fields(source);
    check_response(opening.respond(answer), answer.status, answer.body, !to_head, answer.headers);
}

void check_refusal(byte_source& source, bool to_head) {
    const auto status = source.u16();
    const auto body = take_text(source);
    const auto fields = take_fields(source);
    const bool has_content = status != 204 && status != 205 && status != 304;
    check_response(opening_handshake::refusal(status, body, fields, to_head), has_content ? status : 500,
                   body, !to_head, fields);
}

void check_switching(byte_source& source) {
    const session_settings server;
    opening_handshake opening{server};
    receive_whole(opening,
                  "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n");
    acceptance with{.subprotocol = take_text(source), .headers = {}};
    with.headers = take_fields(source);
    const auto text = opening.accept(with);

    const session_settings client{.role = role::client};
    opening_handshake asking{client};
    static_cast<void>(
        asking.open({.host = "h", .subprotocols = {"chat", "superchat"}, .key = "dGhlIHNhbXBsZSBub25jZQ=="}));
    const auto progress = asking.receive(std::as_bytes(std::span{text}));
    FUZZ_CHECK(progress.state == state::complete && progress.consumed == text.size());
    FUZZ_CHECK(asking.subprotocol() == opening.subprotocol());
}

void check_asking(byte_source& source) {
    client_request request{.host = take_text(source), .key = "dGhlIHNhbXBsZSBub25jZQ=="};
    request.target = take_text(source);
    request.subprotocols = {take_text(source), take_text(source)};
    request.headers = take_fields(source);
    const session_settings client{.role = role::client};
    opening_handshake asking{client};
    const auto text = asking.open(request);

    // One head, all of it, and no body: nothing that was put into it begins another message.
    head_scanner scanner{head_scanner::start::request_line, std::size_t{1} << 20, 100};
    const auto [verdict, size] = scanner.receive(text);
    FUZZ_CHECK(verdict == head_verdict::complete && size == text.size());

    session_settings server;
    server.limits.max_header = std::size_t{1} << 20;
    opening_handshake asked{server};
    const auto progress = asked.receive(std::as_bytes(std::span{text}));
    FUZZ_CHECK(progress.state == (progress.why == error::none ? state::complete : state::failed));
    // A host that is none is the caller's mistake, and nothing else can be one.
    FUZZ_CHECK(progress.why == error::none || progress.why == error::request_host);
    if (progress.why == error::none) FUZZ_CHECK(asked.is_handshake() && progress.consumed == text.size());
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const auto which = source.u8();
    switch (which & 3) {
        case 0:
            check_answer(source, (which & 16) != 0);
            break;
        case 1:
            check_refusal(source, (which & 16) != 0);
            break;
        case 2:
            check_switching(source);
            break;
        default:
            check_asking(source);
    }
    return 0;
}
