#include "seen_frame.hpp"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "clauses.hpp"
#include "notation.hpp"

namespace pushwire::decode {
namespace {

// Shorter payloads are written as they came, masked, and what they mean beside them (tests/transcripts/README.md).
constexpr std::uint64_t least_unmasked = 16;  // bytes

bool is_written_unmasked(const seen_frame& frame) {
    return frame.header.masked && frame.header.payload_length >= least_unmasked && frame.arrived > 0;
}

/// The header in the groups that RFC 6455 5.2 draws: two bytes, the extended length, the masking key.
std::string header_text(const seen_frame& frame) {
    auto rest = std::span{frame.wire};
    std::string text;
    const auto group = [&](std::size_t size) {
        const auto taken = rest.first(std::min(size, rest.size()));
        if (!taken.empty()) text += " " + in_hex(taken);
        rest = rest.subspan(taken.size());
    };
    const auto length = rest.size() < 2 ? std::byte{0} : rest[1] & std::byte{0x7f};
    group(1);
    group(1);
    group(length == std::byte{127} ? 8 : length == std::byte{126} ? 2 : 0);
    if (!rest.empty() && is_written_unmasked(frame)) text += " masked";
    group(rest.size());
    return text;
}

std::string payload_text(const seen_frame& frame) {
    if (frame.shown.empty()) return "";
    const bool is_cut = frame.shown.size() < frame.arrived;
    std::string text;
    if (frame.header.payload_length >= least_unmasked) {
        text = written(is_cut ? whole_characters(frame.shown) : frame.shown);
    } else {
        auto wire = frame.shown;
        if (frame.header.masked) protocol::apply_mask(wire, frame.header.key);
        text = in_hex(wire);
    }
    return " " + text + (is_cut ? " ..." : "");
}

std::string name_of(protocol::opcode code) {
    switch (code) {
        using enum protocol::opcode;
        case continuation:
            return "continuation";
        case text:
            return "text";
        case binary:
            return "binary";
        case close:
            return "close";
        case ping:
            return "ping";
        case pong:
            return "pong";
    }
    return fmt::format("reserved opcode {:x}", static_cast<unsigned>(code));
}

std::string flags_of(const seen_frame& frame) {
    std::string text = frame.header.fin ? "" : ", not final";
    // RFC 7692 6: on the first frame of a message.
    const bool tells_compression =
        frame.is_compressed && frame.header.opcode != protocol::opcode::continuation;
    for (const unsigned which : {1u, 2u, 3u}) {
        const bool is_set = (frame.header.reserved >> (3 - which) & 1) != 0;
        if (!is_set) continue;
        text += which == 1 && tells_compression ? ", compressed" : fmt::format(", RSV{}", which);
    }
    return text;
}

std::string length_of(const seen_frame& frame) {
    const auto length = frame.header.payload_length;
    if (length == 0) return ", empty";
    if (frame.missing() > 0) return fmt::format(", {} of its {} bytes", frame.arrived, length);
    return fmt::format(", {} byte{}", length, length == 1 ? "" : "s");
}

/// What a short payload means, since the transcript has it as it came.
std::string meaning_of(std::span<const std::byte> payload, const seen_frame& frame) {
    const bool is_shown = frame.header.payload_length >= least_unmasked;
    if (payload.empty() || is_shown) return "";
    const bool says_more = is_readable(whole_characters(payload)) || frame.header.masked;
    return says_more ? " " + written(payload) : "";
}

std::string meaning_of_close(const seen_frame& frame) {
    const auto payload = std::span{frame.shown};
    if (frame.header.payload_length == 0) return " without a code";
    if (payload.size() < 2) return ", half a code";
    const auto code = std::to_integer<unsigned>(payload[0]) << 8 | std::to_integer<unsigned>(payload[1]);
    const auto reason = payload.subspan(2);
    return fmt::format(" {} ({}){}", code, name_of_close_code(code),
                       reason.empty() ? "" : " " + written(reason));
}

std::string comment_of(const seen_frame& frame) {
    auto text = fmt::format("{}: {}{}", frame.offset, name_of(frame.header.opcode), flags_of(frame));
    if (!frame.has_header) return text;
    if (frame.header.opcode == protocol::opcode::close && frame.missing() == 0)
        return text + meaning_of_close(frame);
    return text + length_of(frame) + (frame.is_compressed ? "" : meaning_of(frame.shown, frame));
}

}  // namespace

void seen_frame::append(std::span<const std::byte> payload, std::size_t most_shown) {
    const auto before = shown.size();
    const auto kept = payload.first(std::min(payload.size(), most_shown - before));
    shown.insert(shown.end(), kept.begin(), kept.end());
    if (header.masked) protocol::apply_mask(std::span{shown}.subspan(before), header.key, before);
    arrived += payload.size();
}

line line_of(const seen_frame& frame) {
    return {.text = "<" + header_text(frame) + payload_text(frame), .comment = comment_of(frame)};
}

}  // namespace pushwire::decode
