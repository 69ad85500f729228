#include "conversation.hpp"

#include <algorithm>

#include <pushwire/request.hpp>

#include "judge.hpp"
#include "notation.hpp"

namespace pushwire::decode {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

// A method and a space. No frame begins like this: its reserved bits, its length and its payload would all have to fit.
bool is_request(std::string_view text) {
    const auto end = std::min(text.find(' '), text.size());
    constexpr std::size_t shortest = 3;
    constexpr std::size_t longest = 7;
    return end >= shortest && end <= longest && end < text.size() &&
           std::ranges::all_of(text.substr(0, end), is_upper);
}

bool is_response(std::string_view text) {
    return text.starts_with("HTTP/");
}

// Behind the first response that is final (RFC 9110 15.2), or npos.
std::size_t end_of_response(std::string_view text) {
    for (std::size_t at = 0;;) {
        const auto end = text.find(head_end, at);
        if (end == std::string_view::npos) return end;
        const auto head = text.substr(at, end - at);
        at = end + head_end.size();
        const bool is_interim = head.starts_with("HTTP/1.1 1") && !head.starts_with("HTTP/1.1 101");
        if (!is_interim) return at;
    }
}

// Of the value of the first field of that name; an empty view if there is none.
std::string_view value_of(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const auto end = std::min(head.find(line_end), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + line_end.size(), head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !equal_ignoring_case(line.substr(0, colon), name)) continue;
        auto value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        return value.substr(0, value.find_last_not_of(" \t") + 1);
    }
    return {};
}

// Base64 of 20 bytes.
bool has_form_of_accept(std::string_view value) {
    const auto is_digit = [](char c) {
        return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    return value.size() == known_accept.size() && value.ends_with('=') &&
           std::ranges::all_of(value.substr(0, value.size() - 1), is_digit);
}

}  // namespace

pushwire::compression any_compression() {
    return {.enabled = true, .server_no_context_takeover = false, .client_no_context_takeover = false};
}

std::expected<pushwire::compression, error> agreed_compression(std::string_view answer) {
    // A client that offered everything says what this means.
    judge client{{.from = protocol::role::server, .opening = true, .compression = any_compression()}, {}};
    client.receive(as_bytes(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        std::string{known_accept} + "\r\nSec-WebSocket-Extensions: " + std::string{answer} + "\r\n\r\n"));
    if (client.is_over()) return std::unexpected{client.outcome().why};
    const auto& agreed = client.deflate();
    if (!agreed.in_use) return std::unexpected{error::response_extension};
    return pushwire::compression{.enabled = true,
                                 .server_no_context_takeover = agreed.server_no_context_takeover,
                                 .client_no_context_takeover = agreed.client_no_context_takeover,
                                 .server_max_window_bits = agreed.server_window_bits,
                                 .client_max_window_bits = agreed.client_window_bits};
}

beginning how_it_begins(std::span<const std::byte> first) {
    auto text = as_text(first);
    if (is_response(text)) return {protocol::role::server, true};
    if (text.starts_with(line_end)) text.remove_prefix(line_end.size());  // RFC 9112 2.2
    if (is_request(text)) return {protocol::role::client, true};
    const bool masked = first.size() < 2 || (first[1] & std::byte{0x80}) != std::byte{0};
    return {masked ? protocol::role::client : protocol::role::server, false};
}

bool is_unfinished_response(std::span<const std::byte> first) {
    constexpr std::size_t longest = std::size_t{1} << 20;  // bytes: as the judge takes
    const auto text = as_text(first);
    return is_response(text) && text.size() < longest && end_of_response(text) == std::string_view::npos;
}

void note_response(std::span<const std::byte> first, conversation& in) {
    const auto text = as_text(first);
    const auto head = text.substr(0, end_of_response(text));
    in.subprotocol = value_of(head, "Sec-WebSocket-Protocol");
    const auto accept = value_of(head, "Sec-WebSocket-Accept");
    if (in.key.empty() && has_form_of_accept(accept))
        in.accept_at = static_cast<std::size_t>(accept.data() - text.data());
}

}  // namespace pushwire::decode
