#include "transcripts/matching.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <pushwire/request.hpp>

#include "transcripts/notation.hpp"

namespace pushwire::transcripts {
namespace {

struct head {
    std::string_view start;
    std::vector<header_field> fields;
    std::size_t size = 0;  ///< bytes with the empty line; 0 if what is there is no whole head
};

head read_head(std::string_view stream) {
    head result;
    const auto end = stream.find("\r\n\r\n");
    if (end == std::string_view::npos) return result;
    for (auto rest = stream.substr(0, end + 2); !rest.empty();) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        if (result.start.empty()) {
            result.start = line;
            continue;
        }
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos) return {};
        result.fields.push_back({line.substr(0, colon), line.substr(colon + 2)});
    }
    result.size = end + 4;
    return result;
}

std::size_t count(const head& head, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::count_if(
        head.fields, [&](const header_field& field) { return equal_ignoring_case(field.name, name); }));
}

std::optional<std::string> wrong_in_head(const head_pattern& expected, const head& came) {
    if (came.size == 0) return "this is no whole HTTP head";
    if (came.start != expected.start && !came.start.starts_with(expected.start + " "))
        return "the start line is " + in_quotes(came.start);
    for (const auto& [name, value] : expected.fields) {
        if (count(came, name) == 0) return "the field " + name + " is missing";
        if (count(came, name) > 1) return "the field " + name + " comes more than once";
        const auto is = header_fields{came.fields}[name];
        if (is != value) return "the field " + name + " is " + in_quotes(is);
    }
    for (const auto& name : expected.absent)
        if (count(came, name) > 0) return "the field " + name + " must not come";
    return std::nullopt;
}

output_match match_head(const head_pattern& expected, std::string_view stream) {
    const auto came = read_head(stream);
    if (auto wrong = wrong_in_head(expected, came)) return {.wrong = std::move(wrong)};

    std::size_t length = 0;
    if (const auto announced = header_fields{came.fields}.find("Content-Length");
        announced && !expected.bodiless) {
        const std::string digits{*announced};
        const auto* end = digits.data() + digits.size();
        if (const auto read = std::from_chars(digits.data(), end, length);
            read.ec != std::errc{} || read.ptr != end)
            return {.wrong = "Content-Length is no number"};
    }
    if (length > stream.size() - came.size) return {.wrong = "the body is shorter than Content-Length"};
    const auto body = stream.substr(came.size, length);
    if (expected.body && *expected.body != body) return {.wrong = "the body is " + in_quotes(body)};
    return {.size = came.size + length, .wrong = {}};
}

output_match match_compressed(const compressed_pattern& expected, std::span<const std::byte> stream,
                              inflating_peer& peer) {
    if (stream.empty()) return {.wrong = "nothing came"};
    // By its mask it is seen who sent it.
    const bool masked = stream.size() > 1 && (stream[1] & std::byte{0x80}) != std::byte{0};
    const auto parsed = protocol::parse_frame_header(
        stream, masked ? protocol::role::server : protocol::role::client, protocol::compressed_bit);
    const auto& header = parsed.header;
    if (parsed.size == 0) return {.wrong = "there is no whole header"};
    if (!header.fin || header.reserved != protocol::compressed_bit ||
        header.opcode != static_cast<protocol::opcode>(expected.type))
        return {.wrong = "it is no compressed message of that type, of one frame"};
    if (header.payload_length > stream.size() - parsed.size) return {.wrong = "less came"};
    const auto wire = stream.subspan(parsed.size, static_cast<std::size_t>(header.payload_length));
    bytes payload{wire.begin(), wire.end()};
    if (header.masked) protocol::apply_mask(payload, header.key);

    const auto inflated = peer.inflate(payload);
    if (!inflated) return {.wrong = "the peer cannot inflate it"};
    if (*inflated != expected.data) return {.wrong = "the peer inflates it to " + to_text(*inflated)};
    return {.size = parsed.size + wire.size(), .wrong = {}};
}

template <class T>
bool agrees(const std::optional<T>& written, const std::optional<T>& came) {
    return !written || written == came;
}

}  // namespace

output_match match(const expected_output& expected, std::span<const std::byte> stream, inflating_peer& peer) {
    if (const auto* compressed = std::get_if<compressed_pattern>(&expected.what))
        return match_compressed(*compressed, stream, peer);
    if (const auto* head = std::get_if<head_pattern>(&expected.what))
        return match_head(*head, {reinterpret_cast<const char*>(stream.data()), stream.size()});
    const auto& data = std::get<bytes>(expected.what);
    if (stream.empty() && !data.empty()) return {.wrong = "nothing came"};
    const auto same = std::ranges::mismatch(data, stream).in1 - data.begin();
    if (static_cast<std::size_t>(same) == data.size()) return {.size = data.size(), .wrong = {}};
    if (static_cast<std::size_t>(same) == stream.size()) return {.wrong = "less came"};
    return {.wrong = "byte " + std::to_string(same) + " differs"};
}

bool is_part(const event_facts& event) {
    return event.type == protocol::event_type::text_part || event.type == protocol::event_type::binary_part;
}

bool take_part(const event_facts& written, event_facts& came) {
    if (written.type != came.type || written.first != came.first) return false;
    const auto& data = *written.data;
    const auto same = std::ranges::mismatch(data, *came.data).in1;
    if (same != data.end()) return false;
    if (written.last && (!came.last || came.data->size() != data.size())) return false;
    came.data->erase(came.data->begin(), came.data->begin() + static_cast<std::ptrdiff_t>(data.size()));
    came.first = false;
    came.last = came.last && !written.last;
    return true;
}

bool is_taken(const event_facts& part) {
    return part.data->empty() && !part.last;
}

bool matches(const event_facts& written, const event_facts& came) {
    const bool has_fields = std::ranges::all_of(written.fields, [&](const auto& field) {
        return std::ranges::any_of(came.fields, [&](const auto& other) {
            return equal_ignoring_case(field.first, other.first) && field.second == other.second;
        });
    });
    return written.type == came.type && has_fields && agrees(written.data, came.data) &&
           agrees(written.method, came.method) && agrees(written.target, came.target) &&
           agrees(written.handshake, came.handshake) && agrees(written.body, came.body) &&
           agrees(written.subprotocol, came.subprotocol) && agrees(written.code, came.code) &&
           agrees(written.sent_code, came.sent_code) && agrees(written.why, came.why) &&
           agrees(written.began_by_peer, came.began_by_peer) && agrees(written.reason, came.reason);
}

}  // namespace pushwire::transcripts
