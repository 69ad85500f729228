#include "notation.hpp"

#include <algorithm>

#include <pushwire/protocol/session.hpp>

namespace pushwire::decode {
namespace {

constexpr std::size_t shortest_run = 16;  // bytes; shorter ones are written out

void append_hex(std::string& to, std::byte byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    to += digits[std::to_integer<unsigned>(byte) >> 4];
    to += digits[std::to_integer<unsigned>(byte) & 15];
}

bool is_control(unsigned char c) {
    return (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
}

// Of valid UTF-8: the controls of U+0080 to U+009F, and what turns the direction of writing or ends a line.
bool obeys_unseen(std::string_view rest) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    if (at(0) == 0xc2) return at(1) < 0xa0;
    if (at(0) != 0xe2) return false;
    if (at(1) == 0x80) return at(2) == 0x8e || at(2) == 0x8f || (at(2) >= 0xa8 && at(2) <= 0xae);
    return at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9;
}

// How many bytes the character has that begins with this one; 1 for what begins none.
std::size_t character_size(std::byte first) {
    const auto value = std::to_integer<unsigned>(first);
    return value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : value >= 0xc0 ? 2 : 1;
}

}  // namespace

std::string in_hex(std::span<const std::byte> bytes) {
    if (bytes.empty()) return "\"\"";
    std::string text;
    bool after_run = false;
    while (!bytes.empty()) {
        const auto other = std::ranges::find_if(bytes, [&](std::byte each) { return each != bytes.front(); });
        const auto run = static_cast<std::size_t>(other - bytes.begin());
        const bool repeats = run >= shortest_run;
        if (!text.empty() && (repeats || after_run)) text += ' ';
        if (repeats) text += "*" + std::to_string(run) + " ";
        append_hex(text, bytes.front());
        bytes = bytes.subspan(repeats ? run : 1);
        after_run = repeats;
    }
    return text;
}

std::string in_quotes(std::span<const std::byte> text) {
    std::string quoted = "\"";
    for (const char c : as_text(text)) {
        const auto which = std::string_view{"\r\n\t\\\""}.find(c);
        if (which == std::string_view::npos)
            quoted += c;
        else
            quoted += {'\\', "rnt\\\""[which]};
    }
    return quoted + '"';
}

bool is_readable(std::span<const std::byte> bytes) {
    if (!protocol::is_utf8(bytes)) return false;
    const auto text = as_text(bytes);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_control(static_cast<unsigned char>(text[at])) || obeys_unseen(text.substr(at))) return false;
    }
    return true;
}

std::string written(std::span<const std::byte> bytes) {
    const auto whole = whole_characters(bytes);
    if (whole.empty() || !is_readable(whole)) return in_hex(bytes);
    const auto rest = bytes.subspan(whole.size());
    return in_quotes(whole) + (rest.empty() ? "" : " " + in_hex(rest));
}

std::span<const std::byte> whole_characters(std::span<const std::byte> bytes) {
    constexpr std::size_t longest = 4;
    for (std::size_t back = 1; back <= std::min(longest, bytes.size()); ++back) {
        const auto first = bytes[bytes.size() - back];
        const bool continues = (first & std::byte{0xc0}) == std::byte{0x80};
        if (continues) continue;
        return character_size(first) > back ? bytes.first(bytes.size() - back) : bytes;
    }
    return bytes;
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace pushwire::decode
