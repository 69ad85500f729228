// HTTP heads and bodies: the cuts of the input make no difference, the bounds hold, and what is read is what a plain reading
// by lines gives (RFC 9112 2 to 7).
//
//   byte 0   the cuts
//   byte 1   what is read: bits 0 and 1, a request, a response, a chunked body, a body of known length;
//            bits 2 and 3, small bounds
//   then     the bytes

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/head_scanner.hpp"
#include "protocol/http_body.hpp"
#include "protocol/http_head.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;

template <class Verdict>
struct outcome {
    Verdict verdict;
    std::size_t consumed = 0;
    std::string bytes{};

    friend bool operator==(const outcome&, const outcome&) = default;
};

template <class Parser, class Verdict>
outcome<Verdict> read(Parser& parser, Verdict incomplete, std::span<const std::byte> input, cuts cut) {
    outcome<Verdict> what{incomplete};
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        const auto progress = parser.receive(as_text(piece));
        FUZZ_CHECK(progress.consumed <= piece.size());
        FUZZ_CHECK(progress.verdict != incomplete || progress.consumed == piece.size());
        what.verdict = progress.verdict;
        what.consumed += progress.consumed;
        return what.verdict == incomplete;
    });
    return what;
}

// --- heads

std::string_view take_line(std::string_view& text) {
    const auto end = text.find("\r\n");
    FUZZ_CHECK(end != std::string_view::npos);
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    return line;
}

std::string_view without_blanks(std::string_view value) {
    const auto begin = value.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return value.substr(begin, value.find_last_not_of(" \t") - begin + 1);
}

/// The fields of a head that was parsed are its lines.
void check_fields(const http_head& head, std::string_view lines) {
    for (const auto& [name, value] : head.fields) {
        const auto line = take_line(lines);
        const auto colon = line.find(':');
        FUZZ_CHECK(colon != std::string_view::npos && colon != 0);
        FUZZ_CHECK(name == line.substr(0, colon));
        FUZZ_CHECK(value == without_blanks(line.substr(colon + 1)));
        FUZZ_CHECK(name.find_first_of(std::string_view{" \t\0", 3}) == std::string_view::npos);
        FUZZ_CHECK(value.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos);
    }
    FUZZ_CHECK(take_line(lines).empty() && lines.empty());
}

/// What a head says does not depend on whether it was spared the parser.
void check_by_beast(head_kind kind, std::string_view text, bool taken, const http_head& head) {
    std::vector<char> bytes(text.begin(), text.end());
    http_head same;
    FUZZ_CHECK(parse_head_by_beast(kind, bytes, same) == taken);
    if (!taken) return;
    FUZZ_CHECK(same.method == head.method && same.target == head.target && same.status == head.status);
    FUZZ_CHECK(same.minor_version == head.minor_version && same.body_bytes == head.body_bytes);
    FUZZ_CHECK(same.chunked == head.chunked && same.fields.size() == head.fields.size());
    for (std::size_t i = 0; i < same.fields.size(); ++i) {
        FUZZ_CHECK(same.fields[i].name == head.fields[i].name);
        FUZZ_CHECK(same.fields[i].value == head.fields[i].value);
    }
}

void check_parsed(head_kind kind, std::string_view text, std::size_t max_fields) {
    std::vector<char> bytes(text.begin(), text.end());
    http_head head;
    const bool taken = parse_head(kind, bytes, head);
    check_by_beast(kind, text, taken, head);
    if (!taken) return;
    FUZZ_CHECK(head.fields.size() <= max_fields);
    const auto start = take_line(text);
    if (kind == head_kind::request) {
        FUZZ_CHECK(start.substr(0, start.find(' ')) == head.method);
        FUZZ_CHECK(start.substr(start.find(' ') + 1, start.rfind(' ') - start.find(' ') - 1) == head.target);
        FUZZ_CHECK(!head.method.empty() && !head.target.empty());
    } else {
        const unsigned status = head.status;
        FUZZ_CHECK(start.substr(9, 3) == std::to_string(1000 + status).substr(1));
    }
    check_fields(head, text);

    int lengths = 0;
    for (const auto& [name, value] : head.fields) {
        if (!equal_ignoring_case(name, "Content-Length")) continue;
        ++lengths;
        FUZZ_CHECK(!head.chunked);  // RFC 9112 6.3: never both
        FUZZ_CHECK(value.find_first_not_of("0123456789, \t") == std::string_view::npos);
    }
    if (lengths == 0) FUZZ_CHECK(head.body_bytes == 0);
}

void check_head(head_kind kind, std::span<const std::byte> input, cuts cut, std::size_t max_bytes,
                std::size_t max_fields) {
    const auto first =
        kind == head_kind::request ? head_scanner::start::request_line : head_scanner::start::status_line;
    head_scanner whole{first, max_bytes, max_fields};
    head_scanner in_pieces{first, max_bytes, max_fields};
    const auto found = read(whole, head_verdict::incomplete, input, cuts{0});
    FUZZ_CHECK(found == read(in_pieces, head_verdict::incomplete, input, cut));
    FUZZ_CHECK(whole.skipped_bytes() == in_pieces.skipped_bytes() &&
               whole.head_bytes() == in_pieces.head_bytes());
    FUZZ_CHECK(whole.head_bytes() <= max_bytes + 1);
    if (found.verdict != head_verdict::complete) return;
    FUZZ_CHECK(whole.skipped_bytes() + whole.head_bytes() == found.consumed);
    check_parsed(kind, as_text(input.subspan(whole.skipped_bytes(), whole.head_bytes())), max_fields);
}

// --- bodies

/// A chunked body by the letter, from its first byte to its last; nullopt if it is none. Extensions and trailers are skipped.
std::optional<std::string> read_chunks(std::string_view text) {
    std::string content;
    for (;;) {
        const auto line_end = text.find("\r\n");
        if (line_end == std::string_view::npos) return std::nullopt;
        std::uint64_t size = 0;
        const auto line = text.substr(0, line_end);
        const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
        if (failure != std::errc{}) return std::nullopt;
        text.remove_prefix(line_end + 2);
        if (size == 0) break;
        if (text.size() < 2 || size > text.size() - 2) return std::nullopt;
        content += text.substr(0, static_cast<std::size_t>(size));
        if (text.substr(static_cast<std::size_t>(size), 2) != "\r\n") return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(size) + 2);
    }
    if (!text.ends_with("\r\n")) return std::nullopt;
    return content;
}

void check_body(http_body whole, http_body in_pieces, std::span<const std::byte> input, cuts cut,
                bool chunked, std::size_t most) {
    auto found = read(whole, body_verdict::incomplete, input, cuts{0});
    auto again = read(in_pieces, body_verdict::incomplete, input, cut);
    found.bytes = whole.bytes();
    again.bytes = in_pieces.bytes();
    FUZZ_CHECK(found == again);
    FUZZ_CHECK(whole.trailer_verdict() == in_pieces.trailer_verdict());
    FUZZ_CHECK(found.bytes.size() <= most);
    if (found.verdict != body_verdict::complete) return;
    const auto text = as_text(input.first(found.consumed));
    FUZZ_CHECK(chunked ? read_chunks(text) == found.bytes : text == found.bytes);
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire;
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto flags = source.u8();
    limits limits;
    if ((flags & 4) != 0) limits.max_header = 256;
    if ((flags & 4) != 0) limits.max_header_fields = 8;
    if ((flags & 8) != 0) limits.max_body = 40;

    using protocol::head_kind;
    using protocol::http_body;
    switch (flags & 3) {
        case 0:
        case 1: {
            const auto kind = (flags & 1) == 0 ? head_kind::request : head_kind::response;
            check_head(kind, source.take_rest(), cut, limits.max_header, limits.max_header_fields);
            break;
        }
        case 2:
            check_body(http_body{limits}, http_body{limits}, source.take_rest(), cut, true, limits.max_body);
            break;
        default: {
            const auto length = source.u8();
            check_body(http_body{length}, http_body{length}, source.take_rest(), cut, false, length);
        }
    }
    return 0;
}
