#include "protocol/head_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/characters.hpp"

namespace pushwire::protocol {

using namespace std::string_view_literals;

namespace {

// RFC 9110 15, RFC 6585, RFC 7725
std::string_view reason_phrase(std::uint16_t status) {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 205:
            return "Reset Content";
        case 206:
            return "Partial Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 451:
            return "Unavailable For Legal Reasons";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return {};  // RFC 9112 4: it may be empty
    }
}

// What the message's framing and the handshake set themselves. Fields named Sec-WebSocket-* are all the handshake's
// (RFC 6455 11.3).
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 7> reserved{
        "connection", "content-length", "transfer-encoding", "trailer", "upgrade", "keep-alive", "host"};
    constexpr std::string_view prefix = "sec-websocket-";
    return equal_ignoring_case(name.substr(0, prefix.size()), prefix) ||
           std::ranges::any_of(reserved,
                               [&](std::string_view own) { return equal_ignoring_case(own, name); });
}

bool may_send(std::string_view name, std::string_view value) {
    return is_token(name) && all(field_character, value) && !is_reserved(name);
}

}  // namespace

std::uint16_t final_status(std::uint16_t status) noexcept {
    return status >= 200 && status <= 599 ? status : 500;
}

bool sends(const header_list& added, std::string_view name) noexcept {
    return std::ranges::any_of(added, [&](const auto& field) {
        return equal_ignoring_case(field.first, name) && may_send(field.first, field.second);
    });
}

head_writer::head_writer(std::uint16_t status) {
    const auto sent = status == 101 ? status : final_status(status);
    const std::array<char, 3> digits{static_cast<char>('0' + sent / 100),
                                     static_cast<char>('0' + sent / 10 % 10),
                                     static_cast<char>('0' + sent % 10)};
    text_.reserve(256);
    text_.append("HTTP/1.1 "sv)
        .append(digits.data(), digits.size())
        .append(" "sv)
        .append(reason_phrase(sent))
        .append("\r\n"sv);
}

head_writer::head_writer(std::string_view method, std::string_view target) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    text_.reserve(256 + target.size());
    text_.append(method).append(" ");
    if (!target.starts_with('/')) text_ += '/';
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        if (is(target_character, c) && byte < 0x80) {
            text_ += c;
        } else {
            text_.append({'%', hex[byte >> 4], hex[byte & 15]});
        }
    }
    text_.append(" HTTP/1.1\r\n");
}

head_writer& head_writer::field(std::string_view name, std::string_view value) {
    if (all(field_character, value)) text_.append(name).append(": "sv).append(value).append("\r\n"sv);
    return *this;
}

head_writer& head_writer::fields(const header_list& added) {
    for (const auto& [name, value] : added) {
        if (may_send(name, value)) field(name, value);
    }
    return *this;
}

std::string head_writer::finish(std::string_view body) {
    text_.append("\r\n"sv).append(body);
    return std::exchange(text_, {});
}

}  // namespace pushwire::protocol
