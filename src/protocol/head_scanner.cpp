#include "protocol/head_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/characters.hpp"

namespace pushwire::protocol {

//   request: [CRLF] method SP target SP HTTP/1.x CR LF    status: HTTP/1.x SP 3DIGIT SP reason CR LF
//   then, both: *( name ":" value CR LF ) CR LF
enum class head_scanner::place : std::uint8_t {
    request_start,
    skipped_lf,
    method,
    target_start,
    target,
    version,
    status,
    reason,
    start_line_cr,
    start_line_lf,
    first_line_start,
    line_start,
    name,
    value,
    value_lf,
    head_lf,
};

namespace {

constexpr std::string_view version_prefix = "HTTP/1.";

/// How many of the first bytes can be passed over, of the class `passed`; most of a head are those of values, which need
/// no table but for HTAB: neither below SP nor DEL, told for eight bytes at once.
std::size_t count_passed(std::uint8_t passed, std::string_view bytes) {
    constexpr std::uint64_t each = 0x0101010101010101;
    constexpr std::uint64_t top = each * 0x80;
    std::size_t i = 0;
    while (passed == field_character && bytes.size() - i >= sizeof(std::uint64_t)) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes.data() + i, sizeof eight);
        const std::uint64_t del = eight ^ each * 0x7f;
        const std::uint64_t refused = ((eight - each * ' ') & ~eight) | ((del - each) & ~del);
        if ((refused & top) != 0) break;
        i += sizeof eight;
    }
    while (i < bytes.size() && is(passed, bytes[i])) ++i;
    return i;
}

}  // namespace

head_scanner::head_scanner(start first, std::size_t max_bytes, std::size_t max_fields)
    : max_bytes_{max_bytes}, max_fields_{max_fields}, first_{first} {
    switch (first) {
        case start::request_line:
            place_ = place::request_start;
            break;
        case start::status_line:
            place_ = place::version;
            break;
        case start::fields:
            place_ = place::first_line_start;
            break;
    }
}

// The characters that leave the scanner where it is; most of a head is passed over by them, without a step for each.
std::uint8_t head_scanner::passed_over() const {
    switch (place_) {
        case place::method:
        case place::name:
            return token_character;
        case place::target:
            return target_character;
        case place::value:
        case place::reason:
            return field_character;
        default:
            return 0;
    }
}

bool head_scanner::is_at_line_start() const {
    return place_ == place::line_start || place_ == place::first_line_start;
}

// Passes over the next line, and says how long it was, if that is a field that is all there and within the bounds: what
// a step for each byte would find, too. Of all else it says 0, and leaves it to them.
std::size_t head_scanner::pass_field(std::string_view bytes) {
    const auto name = count_passed(token_character, bytes);
    if (name == 0 || name == bytes.size() || bytes[name] != ':') return 0;
    const auto value_end = name + 1 + count_passed(field_character, bytes.substr(name + 1));
    if (bytes.substr(value_end, 2) != "\r\n") return 0;
    const auto line = value_end + 2;
    if (fields_ >= max_fields_ || line > max_bytes_ - head_bytes_) return 0;
    ++fields_;
    head_bytes_ += line;
    move_to(place::line_start);
    return line;
}

head_scanner::progress head_scanner::receive(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        while (is_at_line_start()) {
            const auto line = pass_field(bytes.substr(i));
            if (line == 0) break;
            i += line;
        }
        if (i == bytes.size()) break;
        if (const auto passed = passed_over(); passed != 0) {
            const auto most = std::min(bytes.size() - i, max_bytes_ - head_bytes_);
            const auto count = count_passed(passed, bytes.substr(i, most));
            i += count;
            head_bytes_ += count;
            if (i == bytes.size()) break;
        }
        if (head_bytes_ == max_bytes_) return {head_verdict::too_large, i + 1};
        ++head_bytes_;
        if (const auto verdict = step(bytes[i]); verdict != head_verdict::incomplete) return {verdict, i + 1};
    }
    return {head_verdict::incomplete, bytes.size()};
}

head_verdict head_scanner::move_to(place next) {
    place_ = next;
    matched_ = 0;
    return head_verdict::incomplete;
}

// A byte that is not passed over.
head_verdict head_scanner::step(char c) {
    using enum head_verdict;
    switch (place_) {
        case place::request_start:
            // RFC 9112 2.2: a server "SHOULD ignore at least one empty line (CRLF) received prior to the request-line"
            if (c == '\r' && skipped_bytes_ == 0) return move_to(place::skipped_lf);
            return is(token_character, c) ? move_to(place::method) : malformed;

        case place::skipped_lf:
            if (c != '\n') return malformed;
            skipped_bytes_ = 2;
            head_bytes_ = 0;
            return move_to(place::request_start);

        case place::method:  // RFC 9112 3: exactly one SP on either side of the target
            return c == ' ' ? move_to(place::target_start) : malformed;

        case place::target_start:
            return is(target_character, c) ? move_to(place::target) : malformed;

        case place::target:
            if (c == ' ') return move_to(place::version);
            return c == '\r' ? version : malformed;  // a line without a version is HTTP/0.9's "GET /path"

        case place::version:
            return match_version(c);

        case place::status:  // RFC 9112 4: SP status-code SP; the SP stays where there is no reason
            if (matched_ == 4) return c == ' ' ? move_to(place::reason) : malformed;
            if (matched_ == 0 ? c != ' ' : !is(digit_character, c)) return malformed;
            ++matched_;
            return incomplete;

        case place::reason:
        case place::start_line_cr:
            return c == '\r' ? move_to(place::start_line_lf) : malformed;

        case place::start_line_lf:
            return c == '\n' ? move_to(place::first_line_start) : malformed;

        case place::first_line_start:
        case place::line_start:
            return begin_line(c);

        case place::name:
            // RFC 9112 5.1: white space between name and colon must be answered with 400
            return c == ':' ? move_to(place::value) : malformed;

        case place::value:
            // RFC 9110 5.5: CR, LF and NUL are dangerous; all controls but HTAB are refused here
            return c == '\r' ? move_to(place::value_lf) : malformed;

        case place::value_lf:
            return c == '\n' ? move_to(place::line_start) : malformed;

        case place::head_lf:
            return c == '\n' ? complete : malformed;
    }
    return malformed;
}

head_verdict head_scanner::begin_line(char c) {
    using enum head_verdict;
    if (c == '\r') return move_to(place::head_lf);
    if (c == ' ' || c == '\t') {
        // RFC 9112 2.2 on the line after the start line, where there is no field yet to go on with; 5.2 on the others
        return place_ == place::first_line_start ? malformed : folded;
    }
    if (!is(token_character, c)) return malformed;  // also an empty name (RFC 9110 5.1)
    if (fields_ == max_fields_) return too_many_fields;
    ++fields_;
    return move_to(place::name);
}

// RFC 9112 2.3: HTTP-version = "HTTP/" DIGIT "." DIGIT, where case matters
head_verdict head_scanner::match_version(char c) {
    using enum head_verdict;
    if (matched_ == version_prefix.size()) {
        if (!is(digit_character, c)) return malformed;
        return move_to(first_ == start::request_line ? place::start_line_cr : place::status);
    }
    const char expected = version_prefix[matched_];
    ++matched_;
    if (c == expected) return incomplete;
    return expected == '1' && is(digit_character, c) ? version : malformed;
}

}  // namespace pushwire::protocol
