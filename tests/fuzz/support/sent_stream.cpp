#include "fuzz/support/sent_stream.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "fuzz/support/plain_inflater.hpp"
#include "fuzz/support/plain_utf8.hpp"

namespace pushwire::fuzz {
namespace {

using protocol::role;

constexpr std::uint8_t continuation = 0;
constexpr std::uint8_t text = 1;
constexpr std::uint8_t binary = 2;
constexpr std::uint8_t close = 8;
constexpr std::uint8_t pong = 10;

std::uint64_t take_number(std::span<const std::byte>& from, std::size_t size) {
    FUZZ_CHECK(from.size() >= size);
    std::uint64_t value = 0;
    for (const auto byte : from.first(size)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    from = from.subspan(size);
    return value;
}

/// A frame, unmasked.
struct sent_frame {
    std::uint8_t first = 0;  // FIN, the reserved bits and the opcode
    std::vector<std::byte> payload;

    [[nodiscard]] std::uint8_t opcode() const { return first & 0xf; }
};

sent_frame take_frame(role sender, std::span<const std::byte>& from) {
    sent_frame frame{.first = static_cast<std::uint8_t>(take_number(from, 1)), .payload = {}};
    const auto second = take_number(from, 1);
    const bool masked = (second & 0x80) != 0;
    FUZZ_CHECK(masked == (sender == role::client));
    auto length = second & 0x7f;
    if (length == 126) {
        length = take_number(from, 2);
        FUZZ_CHECK(length > 125);
    } else if (length == 127) {
        length = take_number(from, 8);
        FUZZ_CHECK(length > 0xffff && length >> 63 == 0);
    }
    std::span<const std::byte> key;
    if (masked) {
        FUZZ_CHECK(from.size() >= 4);
        key = from.first(4);
        from = from.subspan(4);
    }
    FUZZ_CHECK(length <= from.size());
    const auto payload = from.first(static_cast<std::size_t>(length));
    frame.payload.assign(payload.begin(), payload.end());
    if (masked) {
        for (std::size_t i = 0; i < frame.payload.size(); ++i) frame.payload[i] ^= key[i % 4];
    }
    from = from.subspan(payload.size());
    return frame;
}

void check_close_body(std::span<const std::byte> body) {
    if (body.empty()) return;
    FUZZ_CHECK(body.size() >= 2);
    const auto code = take_number(body, 2);
    // RFC 6455 7.4.1, 7.4.2 and the registry.
    const bool may_be_sent =
        (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
    FUZZ_CHECK(may_be_sent);
    FUZZ_CHECK(is_plain_utf8(body));
}

/// Takes the head at the start of `from`, empty line included.
std::string_view take_head(std::span<const std::byte>& from) {
    constexpr std::string_view end = "\r\n\r\n";
    const auto at = as_text(from).find(end);
    FUZZ_CHECK(at != std::string_view::npos);
    const auto head = as_text(from).substr(0, at + end.size());
    from = from.subspan(head.size());
    return head;
}

std::optional<std::size_t> content_length(std::string_view head) {
    constexpr std::string_view name = "\r\nContent-Length: ";
    const auto at = head.find(name);
    if (at == std::string_view::npos) return std::nullopt;
    std::size_t value = 0;
    const auto* const begin = head.data() + at + name.size();
    const auto parsed = std::from_chars(begin, head.data() + head.size(), value);
    FUZZ_CHECK(parsed.ec == std::errc{} && *parsed.ptr == '\r');
    return value;
}

inflating_terms terms_of(role sender, const protocol::deflate_agreement& agreed) {
    const bool server = sender == role::server;
    return {.window_bits = server ? agreed.server_window_bits : agreed.client_window_bits,
            .keeps_context = server ? !agreed.server_no_context_takeover : !agreed.client_no_context_takeover,
            .may_be_final = agreed.may_send_final};
}

}  // namespace

std::vector<sent_message> read_sent_messages(role sender, std::span<const std::byte> stream,
                                             const protocol::deflate_agreement& agreed) {
    std::optional<plain_inflater> inflater;
    bool compressed = false;
    std::vector<sent_message> messages;
    bool amid_message = false;
    bool closing = false;
    sent_message message;
    while (!stream.empty()) {
        auto frame = take_frame(sender, stream);
        if (closing) FUZZ_CHECK(frame.opcode() == pong);
        const bool fin = (frame.first & 0x80) != 0;
        const bool rsv1 = (frame.first & 0x40) != 0;
        FUZZ_CHECK((frame.first & 0x30) == 0);
        FUZZ_CHECK(!rsv1 || (agreed.in_use && (frame.opcode() == text || frame.opcode() == binary)));
        if (frame.opcode() >= close) {
            FUZZ_CHECK(frame.opcode() <= 10 && fin && frame.payload.size() <= 125);
            if (frame.opcode() == close) check_close_body(frame.payload);
            closing = closing || frame.opcode() == close;
        } else {
            FUZZ_CHECK(frame.opcode() <= binary);
            FUZZ_CHECK((frame.opcode() == continuation) == amid_message);
            if (!amid_message) {
                compressed = rsv1;
                message = {.type = frame.opcode() == text ? message_type::text : message_type::binary,
                           .data = {},
                           .fragmented = !fin};
            }
            message.data.insert(message.data.end(), frame.payload.begin(), frame.payload.end());
            amid_message = !fin;
            if (fin && compressed) {
                if (!inflater) inflater.emplace(terms_of(sender, agreed));
                message.data = inflater->inflate(message.data);
            }
            if (fin && message.type == message_type::text) FUZZ_CHECK(is_plain_utf8(message.data));
            if (fin) messages.push_back(std::exchange(message, {}));
        }
    }
    return messages;
}

std::vector<sent_message> check_sent_by_server(std::span<const std::byte> stream,
                                               std::span<const std::string> methods,
                                               const protocol::deflate_agreement& agreed) {
    std::size_t answers = 0;
    while (!stream.empty()) {
        const auto head = take_head(stream);
        FUZZ_CHECK(head.starts_with("HTTP/1.1 ") && head.size() > 12);
        const auto status = head.substr(9, 3);
        if (status == "101") {
            const bool says_so = head.contains("\r\nSec-WebSocket-Extensions: permessage-deflate");
            FUZZ_CHECK(says_so == agreed.in_use);
            return read_sent_messages(role::server, stream, agreed);
        }
        if (status == "100") continue;  // RFC 9110 10.1.1; the final answer follows
        FUZZ_CHECK(status >= "200" && status <= "599");
        const bool to_head = answers < methods.size() && methods[answers] == "HEAD";
        ++answers;
        const auto length = content_length(head);
        FUZZ_CHECK(length || status == "204" || status == "205" || status == "304" || to_head);
        const bool bodiless = to_head || status == "204" || status == "304";
        // The last answer may be to a HEAD that was refused before it became a request.
        if (bodiless || !length || stream.empty()) continue;
        FUZZ_CHECK(*length <= stream.size());
        stream = stream.subspan(*length);
    }
    return {};
}

std::vector<sent_message> check_sent_by_client(std::span<const std::byte> stream, bool answered,
                                               const protocol::deflate_agreement& agreed) {
    const auto head = take_head(stream);
    FUZZ_CHECK(head.starts_with("GET "));
    FUZZ_CHECK(answered || stream.empty());
    return read_sent_messages(role::client, stream, agreed);
}

}  // namespace pushwire::fuzz
