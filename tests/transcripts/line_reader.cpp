#include "transcripts/line_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace pushwire::transcripts {
namespace {

constexpr std::string_view space = " \t\r";

constexpr std::pair<std::string_view, error> rows[] = {
#define PUSHWIRE_ERROR(name, family, code, status, text) {#name, error::name},
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
};

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

std::optional<std::vector<std::byte>> from_hex(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    std::vector<std::byte> result;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        const auto high = hex_digit(digits[at]);
        const auto low = hex_digit(digits[at + 1]);
        if (!high || !low) return std::nullopt;
        result.push_back(static_cast<std::byte>(*high << 4 | *low));
    }
    return result;
}

std::vector<std::byte> as_bytes(std::string_view text) {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    return {first, first + text.size()};
}

}  // namespace

std::optional<error> find_row(std::string_view name) {
    const auto* found = std::ranges::find(rows, name, &std::pair<std::string_view, error>::first);
    if (found == std::end(rows)) return std::nullopt;
    return found->second;
}

std::string_view without_comment(std::string_view line) {
    bool quoted = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (quoted && line[at] == '\\') {
            ++at;
        } else if (line[at] == '"') {
            quoted = !quoted;
        } else if (line[at] == '#' && !quoted && (at == 0 || space.contains(line[at - 1]))) {
            return line.substr(0, at);
        }
    }
    return line;
}

line_reader::line_reader(std::string_view line) : rest_{line} {
    const auto last = rest_.find_last_not_of(space);
    rest_ = rest_.substr(0, last == std::string_view::npos ? 0 : last + 1);
    skip_space();
}

void line_reader::skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(space), rest_.size()));
}

void line_reader::fail(std::string what) {
    if (!wrong_) wrong_ = std::move(what);
    rest_ = {};
}

std::string line_reader::take_rest() {
    return std::string{std::exchange(rest_, {})};
}

bool line_reader::skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    if (rest_.size() > word.size() && !space.contains(rest_[word.size()]) && rest_[word.size()] != '"')
        return false;
    rest_.remove_prefix(word.size());
    skip_space();
    return true;
}

std::string line_reader::word(std::string_view what) {
    const auto length = std::min(rest_.find_first_of(" \t\r\""), rest_.size());
    if (length == 0) {
        fail(std::string{what} + " is missing");
        return {};
    }
    std::string result{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    skip_space();
    return result;
}

std::string line_reader::string(std::string_view what) {
    if (!at_string()) {
        fail(std::string{what} + " is missing: a string in quotes");
        return {};
    }
    std::string result;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
        if (rest_[at] == '"') {
            rest_.remove_prefix(at + 1);
            skip_space();
            return result;
        }
        if (rest_[at] != '\\') {
            result += rest_[at];
            continue;
        }
        constexpr std::string_view escapes = "rnt0\\\"";
        constexpr std::string_view meanings{"\r\n\t\0\\\"", 6};
        const char escape = ++at < rest_.size() ? rest_[at] : ' ';
        if (const auto which = escapes.find(escape); which != std::string_view::npos) {
            result += meanings[which];
        } else if (const auto byte = from_hex(rest_.substr(std::min(at + 1, rest_.size()), 2));
                   escape == 'x' && byte) {
            result += static_cast<char>(byte->front());
            at += 2;
        } else {
            fail(std::string{"a string knows the escapes \\r \\n \\t \\0 \\\\ \\\" \\xHH, not \\"} + escape);
            return {};
        }
    }
    fail("the string does not end");
    return {};
}

std::uint64_t line_reader::number(std::string_view what, std::uint64_t max) {
    const auto text = word(what);
    std::uint64_t result = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (failed != std::errc{} || end != text.data() + text.size() || result > max) {
        fail(std::string{what} + " is a number" +
             (max < std::numeric_limits<std::uint64_t>::max() ? " up to " + std::to_string(max) : "") +
             ", not `" + text + "`");
        return 0;
    }
    return result;
}

std::chrono::milliseconds line_reader::duration() {
    const auto text = word("a duration");
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit{end, text.data() + text.size()};
    if (failed == std::errc{} && count >= 0 && unit == "ms") return std::chrono::milliseconds{count};
    if (failed == std::errc{} && count >= 0 && unit == "s") return std::chrono::seconds{count};
    fail("a duration is `30s` or `500ms`, not `" + text + "`");
    return {};
}

error line_reader::row() {
    const auto name = word("the name of an error row");
    const auto found = find_row(name);
    if (!found) fail("there is no error row `" + name + "`");
    return found.value_or(error::none);
}

protocol::masking_key line_reader::key() {
    const auto text = word("a masking key");
    const auto value = from_hex(text);
    if (!value || value->size() != 4) {
        fail("a masking key is 8 hex digits, not `" + text + "`");
        return {};
    }
    protocol::masking_key result;
    std::ranges::copy(*value, result.begin());
    return result;
}

std::vector<std::byte> line_reader::item() {
    if (at_string()) return as_bytes(string("bytes"));
    const auto text = word("bytes in hex, or a string in quotes,");
    auto result = from_hex(text);
    if (!result) fail("`" + text + "` is not bytes in hex");
    return result.value_or(std::vector<std::byte>{});
}

std::vector<std::byte> line_reader::bytes(std::string_view until) {
    constexpr std::uint64_t most = std::uint64_t{64} << 20;  // a slip of the pen does not take all memory
    std::vector<std::byte> result;
    std::optional<protocol::masking_key> mask;
    std::size_t masked_from = 0;
    if (at_end() || (!until.empty() && rest_.starts_with(until)))
        fail("bytes are missing (none at all is \"\")");
    while (!at_end() && (until.empty() || !rest_.starts_with(until))) {
        if (skip("masked")) {
            if (mask) fail("`masked` stands once in a line");
            mask = key();
            result.insert(result.end(), mask->begin(), mask->end());
            masked_from = result.size();
            continue;
        }
        std::uint64_t times = 1;
        if (rest_.starts_with('*')) {
            rest_.remove_prefix(1);
            times = number("how often", most);
        }
        const auto repeated = item();
        if (times * repeated.size() > most) fail("so many bytes are more than a transcript holds");
        for (; times > 0 && !wrong_; --times) result.insert(result.end(), repeated.begin(), repeated.end());
    }
    for (std::size_t at = masked_from; mask && at < result.size(); ++at)
        result[at] ^= (*mask)[(at - masked_from) % 4];
    return result;
}

}  // namespace pushwire::transcripts
