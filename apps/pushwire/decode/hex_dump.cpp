#include "hex_dump.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "command.hpp"

namespace pushwire::decode {
namespace {

constexpr std::string_view blanks = " \t";
constexpr std::string_view white_space = " \t\r\n\v\f";
constexpr std::string_view marks = ",:;-";
constexpr std::size_t longest_line = 512;  // characters, of a dump

std::optional<unsigned> digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

bool is_digit(char c) {
    return digit(c).has_value();
}

// Of two digits at the beginning.
std::optional<std::byte> first_byte(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto high = digit(text[0]);
    const auto low = digit(text[1]);
    if (!high || !low) return std::nullopt;
    return static_cast<std::byte>(*high << 4 | *low);
}

std::string name_of(char c) {
    if (c > ' ' && c <= '~') return fmt::format("\"{}\"", c);
    return fmt::format("the byte {:#04x}", static_cast<unsigned char>(c));
}

struct dump_line {
    bool indented;
    std::uint64_t offset;
    bool has_colon;
    std::string_view rest;
};

// An offset and what follows, if `line` begins with one.
std::optional<dump_line> take_offset(std::string_view line) {
    dump_line result{};
    const auto begin = std::min(line.find_first_not_of(blanks), line.size());
    result.indented = begin > 0;
    line.remove_prefix(begin);
    if (line.starts_with("0x")) line.remove_prefix(2);
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(line, is_digit) - line.begin());
    constexpr std::size_t shortest = 4;
    constexpr std::size_t longest = 16;
    if (end < shortest || end > longest) return std::nullopt;
    const auto digits = line.substr(0, end);
    std::from_chars(digits.data(), digits.data() + digits.size(), result.offset, 16);
    line.remove_prefix(end);
    result.has_colon = line.starts_with(':');
    if (!result.has_colon && !line.empty() && !line.starts_with("  ")) return std::nullopt;
    line.remove_prefix(result.has_colon ? 1 : 0);
    result.rest = line.substr(std::min(line.find_first_not_of(blanks), line.size()));
    return result;
}

// The first line that is not empty, without its end.
std::string_view first_line(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        if (line.find_first_not_of(white_space) != std::string_view::npos)
            return line.substr(0, line.find_last_not_of(white_space) + 1);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {};
}

bool begins_a_dump(std::string_view line) {
    const auto found = take_offset(line);
    return found && first_byte(found->rest);
}

// Where the bytes of a line of a dump end, and its text begins.
bool ends_bytes(const dump_line& of, std::size_t spaces, std::size_t bytes) {
    constexpr std::size_t most_in_a_line = 16;
    return of.has_colon ? spaces >= 2 : spaces >= 3 || bytes == most_in_a_line;
}

}  // namespace

bool hex_dump::is_one(std::string_view first) {
    const auto line = first_line(first);
    if (begins_a_dump(line)) return true;
    const auto may_stand_here = [](char c) {
        return is_digit(c) || white_space.contains(c) || marks.contains(c) || c == 'x';
    };
    const auto begin = line.find_first_not_of(blanks);
    return begin != std::string_view::npos && is_digit(line[begin]) &&
           std::ranges::all_of(first, may_stand_here);
}

void hex_dump::receive(std::string_view text, std::vector<std::byte>& bytes) {
    while (!text.empty()) {
        if (layout_ == layout::digits) return take_digits(text, bytes);
        const auto end = std::min(text.find('\n'), text.size());
        line_.append(text.substr(0, end));
        if (end < text.size() || line_.size() > longest_line) {
            take_line(bytes);
            if (end < text.size() && layout_ != layout::digits) ++line_number_;
            // The line's end is white space among digits, which counts it.
            text.remove_prefix(std::min(end + (layout_ == layout::digits ? 0 : 1), text.size()));
        } else {
            text = {};
        }
    }
}

void hex_dump::finish(std::vector<std::byte>& bytes) {
    take_line(bytes);
    if (high_) refuse("a byte has two digits");
}

void hex_dump::take_line(std::vector<std::byte>& bytes) {
    const auto line = first_line(line_);
    if (!line.empty()) {
        if (layout_ == layout::unknown) layout_ = begins_a_dump(line) ? layout::offsets : layout::digits;
        if (layout_ == layout::digits)
            take_digits(line_, bytes);
        else
            take_dumped(bytes);
    }
    line_.clear();
}

void hex_dump::take_digits(std::string_view text, std::vector<std::byte>& bytes) {
    for (const char c : text) {
        if (const auto value = digit(c)) {
            if (high_) bytes.push_back(static_cast<std::byte>(*high_ << 4 | *value));
            high_ = high_ ? std::nullopt : value;
        } else if (c == 'x' && high_ == 0u) {
            high_.reset();  // 0x81
        } else if (!white_space.contains(c) && !marks.contains(c)) {
            refuse(name_of(c) + " is no hex digit");
        } else if (high_) {
            refuse("a byte has two digits");
        }
        if (c == '\n') ++line_number_;
    }
}

void hex_dump::take_dumped(std::vector<std::byte>& bytes) {
    const auto line = first_line(line_);
    if (line == "*") refuse("the dump leaves repeated lines out: make it with hexdump -v");
    const auto found = line_.size() > longest_line ? std::nullopt : take_offset(line);
    if (!found) refuse("this is no line of a hex dump, as those before it are");
    if (offset_ && found->indented != indented_)
        refuse(
            "it is indented otherwise than those before it, as what the other end says: pick the lines of "
            "one");
    if (offset_ && found->offset != *offset_)
        refuse(fmt::format("its offset is {:x}, but {:x} would follow", found->offset, *offset_));
    indented_ = found->indented;

    auto rest = found->rest;
    std::size_t taken = 0;
    while (const auto byte = first_byte(rest)) {
        bytes.push_back(*byte);
        ++taken;
        rest.remove_prefix(2);
        const auto spaces = std::min(rest.find_first_not_of(blanks), rest.size());
        rest.remove_prefix(ends_bytes(*found, spaces, taken) ? rest.size() : spaces);
    }
    if (!rest.empty()) refuse("its bytes are not written as pairs of hex digits");
    offset_ = found->offset + taken;
}

void hex_dump::refuse(std::string_view why) const {
    throw cli::usage_error{fmt::format("line {} of the hex dump: {}", line_number_, why)};
}

}  // namespace pushwire::decode
