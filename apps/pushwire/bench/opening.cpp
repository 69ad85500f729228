#include "opening.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t max_answer_bytes = 16 * 1024;
constexpr std::string_view end_of_head = "\r\n\r\n";

char lower(char each) {
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each + ('a' - 'A')) : each;
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// The first field of that name.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
    for (auto at = head.find("\r\n"); at != head.npos;) {
        const auto end = head.find("\r\n", at + 2);
        const auto line = head.substr(at + 2, end == head.npos ? head.npos : end - at - 2);
        const auto colon = line.find(':');
        if (colon != line.npos && equal_ignoring_case(line.substr(0, colon), name))
            return trimmed(line.substr(colon + 1));
        at = end;
    }
    return std::nullopt;
}

[[noreturn]] void fail(std::string_view why) {
    throw failure{fmt::format("opening handshake: {}", why)};
}

// RFC 7692 7.1: what was offered has to be agreed on, since nothing here keeps context.
void check_extensions(std::optional<std::string_view> agreed, bool offered) {
    if (!offered) {
        if (agreed) fail(fmt::format("the server speaks an extension that was not offered: {}", *agreed));
        return;
    }
    if (!agreed)
        fail("the server does not agree to permessage-deflate (pushwire serve does with --compression on)");
    if (!agreed->starts_with("permessage-deflate") ||
        agreed->find("server_no_context_takeover") == agreed->npos)
        fail(fmt::format("the server does not agree to permessage-deflate without context, but to: {}",
                         *agreed));
}

}  // namespace

void opening::start(const connector& by, std::size_t number, std::size_t request) {
    by_ = &by;
    request_ = by.request(request);
    stage_ = stage::connecting;
    sent_ = head_bytes_ = 0;
    answer_.clear();
    stream_ = by.connect(number);
}

bool opening::step() {
    return (stage_ != stage::connecting || connect()) && (stage_ != stage::tls || shake_hands()) &&
           (stage_ != stage::request || send_request()) && (stage_ != stage::answer || read_answer());
}

// Each of these does its stage, and says whether the next one can begin at once.

bool opening::connect() {
    const auto& to = by_->settings().to;
    if (const int error = stream_.connect_error()) {
        const bool refused = error == ECONNREFUSED;
        throw failure{fmt::format("cannot connect to {}: {}{}", to.authority(), std::strerror(error),
                                  refused ? ": does a server run there, on this port?" : "")};
    }
    if (by_->tls()) stream_.start_tls(*by_->tls());
    stage_ = by_->tls() ? stage::tls : stage::request;
    return true;
}

bool opening::shake_hands() {
    switch (stream_.handshake()) {
        case transfer_status::done:
            stage_ = stage::request;
            return true;
        case transfer_status::later:
            return false;
        case transfer_status::ended:
            throw failure{
                "handshake of TLS: the server ended the connection: does it speak TLS on this port?"};
        case transfer_status::failed:
            throw failure{fmt::format("handshake of TLS: {}", stream_.why())};
    }
    return false;
}

bool opening::send_request() {
    if (!request_) return true;  // a raw connection: `answer` is never reached
    const auto bytes = std::as_bytes(std::span{request_->bytes});
    while (sent_ < bytes.size()) {
        const auto gone = stream_.write(bytes.subspan(sent_));
        if (gone.status == transfer_status::later) return false;
        if (gone.status != transfer_status::done) fail("cannot send the request: " + stream_.why());
        sent_ += gone.bytes;
    }
    stage_ = stage::answer;
    return true;
}

bool opening::read_answer() {
    std::array<std::byte, 4096> buffer;
    for (;;) {
        const auto got = stream_.read(buffer);
        if (got.status == transfer_status::later) return false;
        if (got.status == transfer_status::ended) fail("the server closed the connection");
        if (got.status == transfer_status::failed) fail("cannot read the answer: " + stream_.why());
        answer_.append(reinterpret_cast<const char*>(buffer.data()), got.bytes);
        const auto end = answer_.find(end_of_head);
        if (end != answer_.npos) {
            head_bytes_ = end + end_of_head.size();
            check_answer();
            return true;
        }
        if (answer_.size() > max_answer_bytes) fail("the answer has no end");
    }
}

void opening::check_answer() const {
    const auto head = std::string_view{answer_}.substr(0, head_bytes_ - 2);
    const auto status = head.substr(0, head.find("\r\n"));
    if (!status.starts_with("HTTP/1.1 101"))
        fail(fmt::format("the server answered \"{}\", and not 101: is {} the right path?", status,
                         by_->settings().to.path));
    const auto accept = field(head, "sec-websocket-accept");
    if (!accept) fail("the answer has no Sec-WebSocket-Accept");
    if (*accept != request_->accept)
        fail(fmt::format("Sec-WebSocket-Accept does not fit the key: {}", *accept));
    check_extensions(field(head, "sec-websocket-extensions"), by_->settings().compression);
}

std::string_view opening::waits_for() const {
    switch (stage_) {
        case stage::connecting:
            return "the server does not take the connection";
        case stage::tls:
            return "the handshake of TLS does not go on";
        case stage::request:
        case stage::answer:
            break;
    }
    return "no answer to the opening handshake";
}

}  // namespace pushwire::bench
