#include "protocol/opening_handshake.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "protocol/characters.hpp"
#include "protocol/head_scanner.hpp"
#include "protocol/head_writer.hpp"
#include "protocol/http_body.hpp"
#include "protocol/http_head.hpp"
#include "protocol/opening_rules.hpp"
#include "protocol/permessage_deflate.hpp"

namespace pushwire::protocol {
namespace {

head_scanner::start first_line(role of) {
    return of == role::server ? head_scanner::start::request_line : head_scanner::start::status_line;
}

// The row for a head that was refused before it could be parsed.
error row_of(role of, head_verdict verdict) {
    const bool server = of == role::server;
    switch (verdict) {
        case head_verdict::folded:
            return server ? error::request_header_folded : error::response_malformed;
        case head_verdict::version:
            return server ? error::request_version : error::response_malformed;
        case head_verdict::too_large:
            return server ? error::request_header_too_large : error::response_header_too_large;
        case head_verdict::too_many_fields:
            return server ? error::request_too_many_fields : error::response_header_too_large;
        case head_verdict::incomplete:
        case head_verdict::complete:
        case head_verdict::malformed:
            break;
    }
    return server ? error::request_malformed : error::response_malformed;
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_interim(std::uint16_t status) {
    return status >= 100 && status <= 199 && status != 101;
}

}  // namespace

// The bytes of the head stay where they are from its end on, so that views into them can be handed out.
//
//   head -> [body ->] complete      head of a 1xx response -> head
//     \-------\-----> failed
struct opening_handshake::content {
    explicit content(const session_settings& with)
        : settings{&with},
          scanner{first_line(with.role), with.limits.max_header, with.limits.max_header_fields} {}

    progress receive(std::string_view bytes);
    state receive_head(std::string_view bytes, std::size_t& consumed);
    state receive_body(std::string_view bytes, std::size_t& consumed);
    state end_head();
    state end_request_head();
    state end_response_head();
    state fail(error row) {
        why = row;
        return state::failed;
    }

    const session_settings* settings;
    state at = state::incomplete;
    error why = error::none;

    head_scanner scanner;
    std::string bytes;  // the head's
    http_head head;
    std::optional<http_body> body;  // once its head is complete, if it has one
    server_choice chosen;           // by `accept` (server) or by the server (client)

    // server
    request_facts facts;
    bool continue_expected = false;
    pushwire::request request;

    // client
    client_offer offer;
    std::size_t interim_bytes = 0;  // of the heads of 1xx responses
    std::uint16_t status = 0;
};

opening_handshake::progress opening_handshake::content::receive(std::string_view input) {
    std::size_t consumed = 0;
    while (at == state::incomplete && consumed < input.size()) {
        const auto rest = input.substr(consumed);
        at = body ? receive_body(rest, consumed) : receive_head(rest, consumed);
    }
    return {at, consumed, why, std::exchange(continue_expected, false)};
}

opening_handshake::state opening_handshake::content::receive_head(std::string_view input,
                                                                  std::size_t& consumed) {
    const auto [verdict, used] = scanner.receive(input);
    consumed += used;
    if (verdict != head_verdict::incomplete && verdict != head_verdict::complete) {
        bytes = {};
        return fail(row_of(settings->role, verdict));
    }
    bytes.append(input.substr(0, used));
    return verdict == head_verdict::complete ? end_head() : state::incomplete;
}

opening_handshake::state opening_handshake::content::end_head() {
    const auto kind = settings->role == role::server ? head_kind::request : head_kind::response;
    const std::span text{bytes.data() + scanner.skipped_bytes(), scanner.head_bytes()};
    if (!parse_head(kind, text, head)) return fail(row_of(settings->role, head_verdict::malformed));
    return kind == head_kind::request ? end_request_head() : end_response_head();
}

opening_handshake::state opening_handshake::content::end_request_head() {
    if (const auto row = judge_request(head, settings->compression, facts); row != error::none)
        return fail(row);
    request.method = head.method;
    request.path = facts.path;
    request.query = facts.query;
    request.headers = header_fields{head.fields};

    if (head.body_bytes > settings->limits.max_body) return fail(error::request_body_too_large);
    if (head.chunked) {
        body.emplace(settings->limits);
    } else if (head.body_bytes > 0) {
        body.emplace(head.body_bytes);
    }
    continue_expected = body && facts.expects_continue;
    return body ? state::incomplete : state::complete;
}

opening_handshake::state opening_handshake::content::receive_body(std::string_view input,
                                                                  std::size_t& consumed) {
    PUSHWIRE_ASSERT(body);
    const auto [verdict, used] = body->receive(input);
    consumed += used;
    switch (verdict) {
        case body_verdict::incomplete:
            return state::incomplete;
        case body_verdict::complete:
            request.body = body->bytes();
            return state::complete;
        case body_verdict::too_large:
            return fail(error::request_body_too_large);
        case body_verdict::trailer_refused:
            return fail(row_of(settings->role, body->trailer_verdict()));
        case body_verdict::malformed:
            break;
    }
    return fail(error::request_malformed);
}

opening_handshake::state opening_handshake::content::end_response_head() {
    if (is_interim(head.status)) {
        // RFC 9110 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response".
        // All of them together stay within the bound of one head.
        interim_bytes += scanner.head_bytes();
        scanner = head_scanner{first_line(settings->role), settings->limits.max_header - interim_bytes,
                               settings->limits.max_header_fields};
        bytes.clear();
        head = {};
        return state::incomplete;
    }
    status = head.status;
    const auto row = judge_response(head, offer, chosen);
    return row == error::none ? state::complete : fail(row);
}

opening_handshake::opening_handshake(const session_settings& settings)
    : content_{std::make_unique<content>(settings)} {}

opening_handshake::~opening_handshake() = default;

opening_handshake::progress opening_handshake::receive(std::span<const std::byte> bytes) {
    PUSHWIRE_ASSERT(content_->settings->role == role::server || !content_->offer.accept.empty());
    return content_->receive(as_text(bytes));
}

const pushwire::request& opening_handshake::request() const {
    PUSHWIRE_ASSERT(content_->at == state::complete);
    return content_->request;
}

bool opening_handshake::is_handshake() const {
    return content_->facts.is_handshake;
}

bool opening_handshake::asks_for_head() const {
    return content_->head.method == "HEAD";
}

bool opening_handshake::keeps_alive() const {
    return content_->at == state::complete && content_->facts.keeps_alive;
}

std::string_view opening_handshake::subprotocol() const {
    return content_->chosen.subprotocol;
}

const deflate_agreement& opening_handshake::deflate() const {
    return content_->chosen.deflate;
}

std::uint16_t opening_handshake::response_status() const {
    return content_->status;
}

std::size_t opening_handshake::memory() const {
    const auto& held = *content_;
    return sizeof held + held.bytes.capacity() + held.head.fields.capacity() * sizeof(header_field) +
           held.facts.subprotocols.capacity() * sizeof(std::string_view) +
           (held.body ? held.body->capacity() : 0);
}

void opening_handshake::reset() {
    content_ = std::make_unique<content>(*content_->settings);
}

// RFC 6455 4.2.2, 5.: the server's response
std::string opening_handshake::accept(const acceptance& with) {
    PUSHWIRE_ASSERT(content_->at == state::complete && is_handshake());
    const auto& offered = content_->facts.subprotocols;
    const auto& spoken = content_->settings->subprotocols;
    // /subprotocol/: "Either a single value representing the subprotocol the server is ready to use or null. The value
    // chosen MUST be derived from the client's handshake"
    const auto found = std::ranges::find_if(offered, [&](std::string_view one) {
        return with.subprotocol.empty() ? std::ranges::find(spoken, one) != spoken.end()
                                        : one == with.subprotocol;
    });
    auto& chosen = content_->chosen;
    if (found != offered.end()) chosen.subprotocol = *found;
    content_->request.subprotocol = chosen.subprotocol;

    head_writer response{101};
    response.field("Upgrade", "websocket").field("Connection", "Upgrade");
    response.field("Sec-WebSocket-Accept", accept_key(content_->facts.key));
    if (!chosen.subprotocol.empty()) response.field("Sec-WebSocket-Protocol", chosen.subprotocol);
    if (const auto& deflate = content_->facts.deflate) {
        chosen.deflate = deflate->agreement;
        response.field("Sec-WebSocket-Extensions", deflate->response);
    }
    return response.fields(with.headers).finish();
}

std::string opening_handshake::respond(const response& answer, bool may_stay) const {
    PUSHWIRE_ASSERT(content_->at == state::complete);
    const auto status = final_status(answer.status);
    // RFC 9110 6.4.1: no content. 205 has an empty one (15.3.6).
    const bool without_length = status == 204 || status == 304;
    const std::string_view body = without_length || status == 205 ? std::string_view{} : answer.body;

    head_writer head{status};
    if (!without_length) head.field("Content-Length", std::to_string(body.size()));
    head.field("Connection", may_stay && keeps_alive() ? "keep-alive" : "close").fields(answer.headers);
    // RFC 9110 9.3.2: HEAD gets the fields that GET would get, and no content
    return head.finish(asks_for_head() ? std::string_view{} : body);
}

std::string opening_handshake::refusal(std::uint16_t status, std::string_view body,
                                       const header_list& headers, bool asks_for_head) {
    if (status == 204 || status == 205 || status == 304) status = 500;
    head_writer head{final_status(status)};
    if (!sends(headers, "Content-Type")) head.field("Content-Type", "text/plain; charset=utf-8");
    head.field("Content-Length", std::to_string(body.size()));
    if (status == 426) {
        // RFC 9110 15.5.22: the server "MUST send an Upgrade header field in a 426 response", and 7.8: name it in
        // Connection. RFC 6455 4.2.2, 4.4: the versions it speaks.
        head.field("Upgrade", "websocket")
            .field("Sec-WebSocket-Version", "13")
            .field("Connection", "Upgrade, close");
    } else {
        head.field("Connection", "close");
    }
    // RFC 9110 15.5.6: a 405 "MUST generate an Allow header field"
    if (status == 405 && !sends(headers, "Allow")) head.field("Allow", "GET");
    // RFC 9110 15.6.4, RFC 6585 4: in seconds
    if ((status == 503 || status == 429) && !sends(headers, "Retry-After")) head.field("Retry-After", "5");
    return head.fields(headers).finish(asks_for_head ? std::string_view{} : body);  // RFC 9110 9.3.2
}

// RFC 6455 4.1, the client's requirements on the request
std::string opening_handshake::open(const client_request& request) {
    PUSHWIRE_ASSERT(content_->settings->role == role::client);
    content_->offer.accept = accept_key(request.key);
    content_->offer.compression = content_->settings->compression;
    // 10.: tokens, all different
    auto& offered = content_->offer.subprotocols;
    std::string list;
    for (const auto& name : request.subprotocols) {
        if (!is_token(name) || std::ranges::find(offered, name) != offered.end()) continue;
        offered.push_back(name);
        list.append(list.empty() ? "" : ", ").append(name);
    }

    head_writer head{"GET", request.target};
    head.field("Host", request.host).field("Upgrade", "websocket").field("Connection", "Upgrade");
    head.field("Sec-WebSocket-Key", request.key).field("Sec-WebSocket-Version", "13");
    if (!list.empty()) head.field("Sec-WebSocket-Protocol", list);
    if (const auto& ours = content_->offer.compression; ours.enabled) {  // 11.
        head.field("Sec-WebSocket-Extensions", deflate_offer(ours));
    }
    return head.fields(request.headers).finish();
}

}  // namespace pushwire::protocol
