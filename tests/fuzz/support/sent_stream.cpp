#include "fuzz/support/sent_stream.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
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

}  // namespace

std::vector<sent_frame> read_sent_frames(role sender, std::span<const std::byte> stream) {
    std::vector<sent_frame> frames;
    bool amid_message = false;
    bool is_text = false;
    bool closing = false;
    std::vector<std::byte> message;
    while (!stream.empty()) {
        auto frame = take_frame(sender, stream);
        if (closing) FUZZ_CHECK(frame.opcode() == pong);
        const bool fin = (frame.first & 0x80) != 0;
        FUZZ_CHECK((frame.first & 0x70) == 0);
        if (frame.opcode() >= close) {
            FUZZ_CHECK(frame.opcode() <= 10 && fin && frame.payload.size() <= 125);
            if (frame.opcode() == close) check_close_body(frame.payload);
            closing = closing || frame.opcode() == close;
        } else {
            FUZZ_CHECK(frame.opcode() <= binary);
            FUZZ_CHECK((frame.opcode() == continuation) == amid_message);
            if (!amid_message) {
                is_text = frame.opcode() == text;
                message.clear();
            }
            message.insert(message.end(), frame.payload.begin(), frame.payload.end());
            amid_message = !fin;
            if (fin && is_text) FUZZ_CHECK(is_plain_utf8(message));
        }
        frames.push_back(std::move(frame));
    }
    return frames;
}

void check_sent_by_server(std::span<const std::byte> stream, std::span<const std::string> methods) {
    std::size_t answers = 0;
    while (!stream.empty()) {
        const auto head = take_head(stream);
        FUZZ_CHECK(head.starts_with("HTTP/1.1 ") && head.size() > 12);
        const auto status = head.substr(9, 3);
        if (status == "101") {
            read_sent_frames(role::server, stream);
            return;
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
}

void check_sent_by_client(std::span<const std::byte> stream, bool answered) {
    const auto head = take_head(stream);
    FUZZ_CHECK(head.starts_with("GET "));
    FUZZ_CHECK(answered || stream.empty());
    read_sent_frames(role::client, stream);
}

}  // namespace pushwire::fuzz
