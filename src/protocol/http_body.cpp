#include "protocol/http_body.hpp"

#include <algorithm>

#include "protocol/characters.hpp"

namespace pushwire::protocol {
namespace {

constexpr unsigned hex_value(char c) {
    return static_cast<unsigned>(is(digit_character, c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

}  // namespace

http_body::http_body(const pushwire::limits& limits)
    : place_{place::size_start},
      max_body_{limits.max_body},
      extension_room_{limits.max_header},
      trailers_{std::in_place, head_scanner::start::fields, limits.max_header, limits.max_header_fields} {}

http_body::progress http_body::receive(std::string_view bytes) {
    if (place_ == place::known_length) {
        const auto taken = take_data(bytes);
        return {remaining_ == 0 ? body_verdict::complete : body_verdict::incomplete, taken};
    }
    for (std::size_t i = 0; i < bytes.size();) {
        if (place_ == place::trailers) {
            const auto [verdict, consumed] = trailers_->receive(bytes.substr(i));
            i += consumed;
            if (verdict == head_verdict::incomplete) break;
            trailer_verdict_ = verdict;
            return {
                verdict == head_verdict::complete ? body_verdict::complete : body_verdict::trailer_refused,
                i};
        }
        if (place_ == place::data) {
            i += take_data(bytes.substr(i));
            if (remaining_ == 0) place_ = place::data_cr;
            continue;
        }
        if (const auto verdict = step(bytes[i++]); verdict != body_verdict::incomplete) return {verdict, i};
    }
    return {body_verdict::incomplete, bytes.size()};
}

std::size_t http_body::take_data(std::string_view bytes) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_));
    bytes_.append(bytes.substr(0, taken));
    remaining_ -= taken;
    return taken;
}

// RFC 9112 7.1: chunk-size [ chunk-ext ] CRLF chunk-data CRLF. Every line ends in CRLF, never in LF alone: where two
// endpoints of a connection disagree about that, one request can hide another.
body_verdict http_body::step(char c) {
    using enum body_verdict;
    switch (place_) {
        case place::size_start:
        case place::size:
        case place::size_blank:
            return read_size(c);

        case place::extension:  // RFC 9112 7.1.1: "A recipient MUST ignore unrecognized chunk extensions"
            if (c == '\r') return end_size(place::size_lf);
            if (!is(field_character, c) || extension_room_ == 0) return malformed;
            --extension_room_;
            return incomplete;

        case place::size_lf:
            if (c != '\n') return malformed;
            place_ = remaining_ == 0 ? place::trailers : place::data;
            return incomplete;

        case place::data_cr:
            if (c != '\r') return malformed;
            place_ = place::data_lf;
            return incomplete;

        case place::data_lf:
            if (c != '\n') return malformed;
            place_ = place::size_start;
            size_digits_ = 0;
            return incomplete;

        case place::known_length:
        case place::data:
        case place::trailers:
            break;  // not byte by byte
    }
    return malformed;
}

body_verdict http_body::read_size(char c) {
    using enum body_verdict;
    if (place_ != place::size_blank && is(hex_character, c)) {
        if (size_digits_ == 16) return malformed;  // RFC 9112 7.1: guard against overflow
        ++size_digits_;
        remaining_ = remaining_ * 16 + hex_value(c);
        place_ = place::size;
        return incomplete;
    }
    if (place_ == place::size_start) return malformed;
    if (c == ' ' || c == '\t') {  // RFC 9112 7.1.1: BWS before the semicolon
        place_ = place::size_blank;
        if (extension_room_ == 0) return malformed;
        --extension_room_;
        return incomplete;
    }
    if (c == ';') return end_size(place::extension);
    if (c == '\r' && place_ == place::size) return end_size(place::size_lf);
    return malformed;
}

body_verdict http_body::end_size(place next) {
    place_ = next;
    return remaining_ > max_body_ - bytes_.size() ? body_verdict::too_large : body_verdict::incomplete;
}

}  // namespace pushwire::protocol
