#include "transcripts/notation.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace pushwire::transcripts {
namespace {

constexpr std::size_t shortest_run = 16;  // bytes; shorter ones are written out

std::string hex(std::span<const std::byte> data) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    for (const auto byte : data) {
        result += digits[std::to_integer<unsigned>(byte) >> 4];
        result += digits[std::to_integer<unsigned>(byte) & 15];
    }
    return result;
}

std::string_view as_text(std::span<const std::byte> data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

bool printable(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; });
}

std::string as_field(std::string name, std::string_view value) {
    return std::move(name.append(": ").append(value));
}

std::string payload_comment(std::span<const std::byte> payload) {
    if (payload.size() <= 64 && printable(as_text(payload))) return " " + in_quotes(as_text(payload));
    return ", " + std::to_string(payload.size()) + " bytes";
}

std::string close_comment(std::span<const std::byte> payload) {
    if (payload.empty()) return ", without a code";
    if (payload.size() == 1) return ", half a code";
    const auto code = std::to_integer<unsigned>(payload[0]) << 8 | std::to_integer<unsigned>(payload[1]);
    return " " + std::to_string(code) + (payload.size() > 2 ? payload_comment(payload.subspan(2)) : "");
}

std::string padded(std::string text, const std::string& comment) {
    constexpr std::size_t comments_start = 32;  // column
    text.resize(std::max(text.size() + 2, comments_start), ' ');
    return text + "# " + comment;
}

struct decoded {
    std::string line;
    std::size_t size;  // bytes of the stream; 0 if there is no whole frame
};

decoded decode_frame(std::span<const std::byte> stream) {
    auto at = [&](std::size_t index) { return std::to_integer<unsigned>(stream[index]); };
    if (stream.size() < 2) return {};
    const bool masked = (at(1) & 0x80) != 0;
    std::uint64_t length = at(1) & 0x7f;
    const std::size_t extended = length == 127 ? 8 : length == 126 ? 2 : 0;
    const std::size_t header = 2 + extended + (masked ? 4 : 0);
    if (stream.size() < header) return {};
    if (extended > 0) length = 0;
    for (std::size_t index = 2; index < 2 + extended; ++index) length = length << 8 | at(index);
    if (length > stream.size() - header) return {};

    const auto key = stream.subspan(2 + extended, masked ? 4 : 0);
    const auto wire = stream.subspan(header, length);
    bytes payload{wire.begin(), wire.end()};
    for (std::size_t index = 0; masked && index < payload.size(); ++index) payload[index] ^= key[index % 4];

    std::string line = hex(stream.first(1)) + " " + hex(stream.subspan(1, 1));
    if (extended > 0) line += " " + hex(stream.subspan(2, extended));
    if (masked && length >= shortest_run)
        line += " masked " + hex(key) + " " + to_text(payload);
    else if (masked)
        line += " " + hex(key);
    if (length > 0 && (!masked || length < shortest_run)) line += " " + to_text(wire);

    constexpr const char* names[] = {"continuation", "text",       "binary",     "reserved 3",
                                     "reserved 4",   "reserved 5", "reserved 6", "reserved 7",
                                     "close",        "ping",       "pong",       "reserved b",
                                     "reserved c",   "reserved d", "reserved e", "reserved f"};
    const unsigned code = at(0) & 15;
    std::string comment = names[code];
    if (!(at(0) & 0x80)) comment += ", not final";
    if (at(0) & 0x70) comment += ", reserved bits " + std::to_string(at(0) >> 4 & 7);
    comment += code == 8 ? close_comment(payload) : length > 0 || code < 3 ? payload_comment(payload) : "";
    return {padded(std::move(line), comment), header + static_cast<std::size_t>(length)};
}

}  // namespace

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto which = std::string_view{"\r\n\t\\\""}.find(c);
        if (which != std::string_view::npos)
            result += std::string{'\\', "rnt\\\""[which]};
        else if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~')
            result += "\\x" + hex(std::as_bytes(std::span{&c, 1}));
        else
            result += c;
    }
    return result + "\"";
}

std::string to_text(std::span<const std::byte> data) {
    if (data.empty()) return "\"\"";
    std::string result;
    bool after_run = false;
    while (!data.empty()) {
        const auto other = std::ranges::find_if(data, [&](std::byte byte) { return byte != data.front(); });
        const auto run = static_cast<std::size_t>(other - data.begin());
        const bool repeats = run >= shortest_run;
        if (!result.empty() && (repeats || after_run)) result += " ";
        result += (repeats ? "*" + std::to_string(run) + " " : "") + hex(data.first(1));
        data = data.subspan(repeats ? run : 1);
        after_run = repeats;
    }
    return result;
}

std::vector<std::string> stream_lines(std::span<const std::byte> stream) {
    std::vector<std::string> result;
    bool in_head = false;
    while (!stream.empty()) {
        const auto text = as_text(stream);
        if (text.starts_with("HTTP/1.1 ") || text.starts_with("GET ")) in_head = true;
        if (in_head) {
            const auto size =
                std::min(text.find("\r\n"), text.size() - std::min<std::size_t>(text.size(), 2)) + 2;
            result.push_back(in_quotes(text.substr(0, size)));
            stream = stream.subspan(std::min(size, stream.size()));
            in_head = size != 2;
        } else if (const auto frame = decode_frame(stream); frame.size > 0) {
            result.push_back(frame.line);
            stream = stream.subspan(frame.size);
        } else {
            result.push_back(printable(text) ? in_quotes(text) : padded(to_text(stream), "no whole frame"));
            stream = {};
        }
    }
    return result;
}

std::string to_text(const event_facts& event) {
    constexpr const char* names[] = {"none", "request", "opened",    "text",        "binary",
                                     "ping", "pong",    "part text", "part binary", "closed"};
    std::string result = std::string{"! "} + names[static_cast<std::size_t>(event.type)];
    if (event.first) result += " first";
    if (event.last) result += " last";
    if (event.data && !event.data->empty() && event.data->size() <= 64 && printable(as_text(*event.data)))
        result += " " + in_quotes(as_text(*event.data));
    else if (event.data)
        result += " " + to_text(std::span{*event.data});
    if (event.method) result += " " + *event.method + " " + event.target.value_or("");
    if (event.handshake) result += *event.handshake ? " handshake" : " plain";
    for (const auto& [name, value] : event.fields)
        result.append(" ").append(in_quotes(as_field(name, value)));
    if (event.body) result += " body " + in_quotes(*event.body);
    if (event.subprotocol) result += " subprotocol " + *event.subprotocol;
    if (event.code) result += " " + std::to_string(*event.code);
    if (event.sent_code) result += " sent " + std::to_string(*event.sent_code);
    if (event.why) result += " why " + std::string{describe(*event.why).name};
    if (event.began_by_peer) result += *event.began_by_peer ? " began peer" : " began us";
    if (event.reason) result += " reason " + in_quotes(*event.reason);
    return result;
}

std::vector<std::string> output_lines(const expected_output& expected) {
    if (const auto* data = std::get_if<bytes>(&expected.what)) return stream_lines(*data);
    if (const auto* compressed = std::get_if<compressed_pattern>(&expected.what))
        return {std::string{"compressed "} + (compressed->type == message_type::text ? "text " : "binary ") +
                to_text(compressed->data)};
    const auto& head = std::get<head_pattern>(expected.what);
    std::vector<std::string> result{"head " + head.start};
    for (const auto& [name, value] : head.fields) result.push_back("field " + as_field(name, value));
    for (const auto& name : head.absent) result.push_back("no " + name);
    if (head.body) result.push_back("body " + in_quotes(*head.body));
    if (head.bodiless) result.push_back("body none");
    return result;
}

}  // namespace pushwire::transcripts
