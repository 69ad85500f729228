#include "protocol/opening_rules.hpp"

#include <algorithm>
#include <optional>

#include "protocol/characters.hpp"
#include "protocol/permessage_deflate.hpp"
#include "protocol/token_list.hpp"

namespace pushwire::protocol {
namespace {

struct target_parts {
    std::string_view authority;  // of an absolute-form target
    std::string_view path;
    std::string_view query;
};

// RFC 9112 3.2: origin-form, or absolute-form, which a server "MUST accept" (3.2.2), and which RFC 6455 4.1 grants a
// client for http and https. The other two forms belong to CONNECT and to OPTIONS, and name no resource.
std::optional<target_parts> split_target(std::string_view target) {
    target_parts parts;
    if (!target.starts_with('/')) {
        const auto scheme_end = target.find("://");
        if (scheme_end == target.npos) return std::nullopt;
        const auto scheme = target.substr(0, scheme_end);
        if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https"))
            return std::nullopt;
        target.remove_prefix(scheme_end + 3);
        parts.authority = target.substr(0, target.find_first_of("/?"));
        if (parts.authority.empty()) return std::nullopt;  // RFC 9110 4.2.1
        target.remove_prefix(parts.authority.size());
    }
    const auto question = std::min(target.find('?'), target.size());
    parts.path = target.substr(0, question);
    if (parts.path.empty()) parts.path = "/";  // RFC 9110 4.2.3
    parts.query = target.substr(std::min(question + 1, target.size()));
    return parts;
}

// RFC 9110 7.2: Host = uri-host [ ":" port ], of the characters of RFC 3986 3.2.2
bool is_host(std::string_view value) {
    return std::ranges::all_of(value, [](char c) {
        const bool letter_or_digit = is(hex_character, c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z');
        return letter_or_digit || std::string_view{"-._~!$&'()*+,;=%[]:"}.find(c) != std::string_view::npos;
    });
}

// RFC 9112 3.2: 400 to HTTP/1.1 without Host, and to any request with several or an invalid one. A client must send
// the authority of its target as Host; if the two differ, somebody is being misled.
bool host_is_right(const http_head& head, const header_fields& fields, std::string_view authority) {
    const auto hosts = count(fields, "host");
    if (hosts == 0) return head.minor_version == 0;
    const auto host = fields["host"];
    return hosts == 1 && is_host(host) && (authority.empty() || equal_ignoring_case(authority, host));
}

// RFC 6455 4.2.1: "a base64-encoded value that, when decoded, is 16 bytes in length". The four bits that Base64 leaves
// over may be set (RFC 4648 3.5 lets a decoder choose): they are in the RFC's own example, "AQIDBAUGBwgJCgsMDQ4PEC==",
// which clients have copied.
bool is_key(std::string_view value) {
    constexpr std::size_t digits = 22;
    if (value.size() != digits + 2 || !value.ends_with("==")) return false;
    return std::ranges::all_of(value.substr(0, digits), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is(digit_character, c) || c == '+' ||
               c == '/';
    });
}

// RFC 6455 4.2.1, 4.2.2, 4.4: the rules for a request that asks for WebSocket
error judge_handshake(const http_head& head, const header_fields& fields, std::string_view authority,
                      const compression& ours, request_facts& facts) {
    if (head.method != "GET") return error::method_not_get;
    // Not HTTP/1.0, whose Upgrade fields mean nothing (RFC 9110 7.8).
    if (head.minor_version < 1) return error::request_version;
    if (!host_is_right(head, fields, authority)) return error::request_host;
    if (!lists(fields, "connection", "upgrade")) return error::connection_not_upgrade;
    // RFC 6455 11.3.5: "MUST NOT appear more than once"
    if (count(fields, "sec-websocket-version") != 1 || fields["sec-websocket-version"] != "13") {
        return error::version_unsupported;
    }
    if (count(fields, "sec-websocket-key") != 1) return error::key_missing;  // RFC 6455 11.3.1
    if (!is_key(fields["sec-websocket-key"])) return error::key_malformed;
    if (count(fields, "sec-websocket-protocol") > 0) {  // RFC 6455 11.3.4: may be split over several fields
        auto offered = different_tokens(fields, "sec-websocket-protocol");
        if (!offered) return error::subprotocol_malformed;
        facts.subprotocols = std::move(*offered);
    }
    if (count(fields, "sec-websocket-extensions") > 0) {
        const auto kept = ours.enabled ? deflate_offers : extension_filter{};
        const auto offered = listed_extensions(fields, "sec-websocket-extensions", kept);
        if (!offered) return error::extension_malformed;  // RFC 6455 9.1
        if (ours.enabled) facts.deflate = accept_offer(ours, *offered);
    }
    // What follows the head is frames (RFC 6455 4.2.2), so there is no place for a body.
    if (head.body_bytes > 0 || head.chunked) return error::request_malformed;
    return error::none;
}

}  // namespace

error judge_request(const http_head& head, const compression& ours, request_facts& facts) {
    facts = {};
    const auto target = split_target(head.target);
    if (!target) return error::request_malformed;
    facts.path = target->path;
    facts.query = target->query;

    const header_fields fields{head.fields};
    // RFC 6455 4.2.1: "containing the value "websocket", treated as an ASCII case-insensitive value"; among others
    // that the client would upgrade to as well (RFC 9110 7.8).
    facts.is_handshake = lists(fields, "upgrade", "websocket");
    if (facts.is_handshake) return judge_handshake(head, fields, target->authority, ours, facts);

    // RFC 9112 9.3: HTTP/1.1 persists unless told otherwise; HTTP/1.0 is not kept.
    facts.keeps_alive = head.minor_version >= 1 && !lists(fields, "connection", "close");
    // RFC 9110 10.1.1: not from HTTP/1.0. Another expectation may be ignored.
    facts.expects_continue = head.minor_version >= 1 && lists(fields, "expect", "100-continue");
    return host_is_right(head, fields, target->authority) ? error::none : error::request_host;
}

error judge_response(const http_head& head, const client_offer& offer, server_choice& chosen) {
    chosen = {};
    // Upgrade is HTTP/1.1's (RFC 9110 7.8, 15.2: no 1xx to or from HTTP/1.0).
    if (head.minor_version < 1) return error::response_malformed;
    if (head.status != 101) return error::response_status;  // RFC 6455 4.1, 1. of the client's checks

    const header_fields fields{head.fields};
    // 2. and 3.: Upgrade is "websocket" and nothing beside it, Connection contains "Upgrade", in any case
    const bool upgrades =
        count(fields, "upgrade") == 1 && equal_ignoring_case(fields["upgrade"], "websocket");
    if (!upgrades || !lists(fields, "connection", "upgrade")) return error::response_upgrade;
    // 4.; not more than once (RFC 6455 11.3.3)
    if (count(fields, "sec-websocket-accept") != 1 || fields["sec-websocket-accept"] != offer.accept) {
        return error::response_accept;
    }
    // 5.: no extension that was not asked for
    if (count(fields, "sec-websocket-extensions") > 0) {
        if (!offer.compression.enabled) return error::response_extension;
        const auto answer = listed_extensions(fields, "sec-websocket-extensions");
        if (!answer) return error::response_extension_malformed;  // RFC 6455 9.1
        const auto why = judge_answer(offer.compression, *answer, chosen.deflate);
        if (why != error::none) return why;
    }
    // 6.; not more than once (RFC 6455 11.3.4)
    const auto answers = count(fields, "sec-websocket-protocol");
    if (answers == 0) return error::none;
    const auto found = std::ranges::find(offer.subprotocols, fields["sec-websocket-protocol"]);
    if (answers > 1 || found == offer.subprotocols.end()) return error::response_subprotocol;
    chosen.subprotocol = *found;
    return error::none;
}

}  // namespace pushwire::protocol
