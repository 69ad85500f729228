#include "protocol/opening_rules.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "protocol/characters.hpp"
#include "protocol/permessage_deflate.hpp"
#include "protocol/token_list.hpp"

namespace pushwire::protocol {
namespace {

// The fields that the rules for a request ask for, found in one pass, since each rule asks again.
class asked_fields {
  public:
    explicit asked_fields(std::span<const header_field> all) : all_{all} {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (group* const found = group_of(all[i].name)) found->add(i);
        }
    }

    struct group {
        std::string_view name;  // in lower case
        std::size_t count = 0;
        std::size_t first = 0;
        std::size_t last = 0;

        void add(std::size_t place) {
            if (count++ == 0) first = place;
            last = place;
        }
    };
    group host{"host"};
    group expect{"expect"};
    group upgrade{"upgrade"};
    group connection{"connection"};
    group key{"sec-websocket-key"};
    group version{"sec-websocket-version"};
    group protocol{"sec-websocket-protocol"};
    group extensions{"sec-websocket-extensions"};

    /// From the first to the last of that name: all there are of it, though others may stand between.
    [[nodiscard]] header_fields of(const group& which) const {
        if (which.count == 0) return {};
        return header_fields{all_.subspan(which.first, which.last - which.first + 1)};
    }
    /// The value of the first, or an empty view.
    [[nodiscard]] std::string_view value(const group& which) const {
        return which.count == 0 ? std::string_view{} : all_[which.first].value;
    }
    [[nodiscard]] bool lists(const group& which, std::string_view token) const {
        return which.count != 0 && protocol::lists(of(which), which.name, token);
    }

  private:
    // No two of the names are of one length.
    group* group_of(std::string_view name) {
        group* found = nullptr;
        switch (name.size()) {
            case 4:
                found = &host;
                break;
            case 6:
                found = &expect;
                break;
            case 7:
                found = &upgrade;
                break;
            case 10:
                found = &connection;
                break;
            case 17:
                found = &key;
                break;
            case 21:
                found = &version;
                break;
            case 22:
                found = &protocol;
                break;
            case 24:
                found = &extensions;
                break;
            default:
                return nullptr;
        }
        return equal_ignoring_case(name, found->name) ? found : nullptr;
    }

    std::span<const header_field> all_;
};

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
    return all(host_character, value);
}

// RFC 9112 3.2: 400 to HTTP/1.1 without Host, and to any request with several or an invalid one. A client must send
// the authority of its target as Host; if the two differ, somebody is being misled.
bool host_is_right(const http_head& head, const asked_fields& fields, std::string_view authority) {
    if (fields.host.count == 0) return head.minor_version == 0;
    const auto host = fields.value(fields.host);
    return fields.host.count == 1 && is_host(host) &&
           (authority.empty() || equal_ignoring_case(authority, host));
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
error judge_handshake(const http_head& head, const asked_fields& fields, std::string_view authority,
                      const compression& ours, request_facts& facts) {
    if (head.method != "GET") return error::method_not_get;
    // Not HTTP/1.0, whose Upgrade fields mean nothing (RFC 9110 7.8).
    if (head.minor_version < 1) return error::request_version;
    if (!host_is_right(head, fields, authority)) return error::request_host;
    if (!fields.lists(fields.connection, "upgrade")) return error::connection_not_upgrade;
    // RFC 6455 11.3.5: "MUST NOT appear more than once"
    if (fields.version.count != 1 || fields.value(fields.version) != "13") {
        return error::version_unsupported;
    }
    if (fields.key.count != 1) return error::key_missing;  // RFC 6455 11.3.1
    facts.key = fields.value(fields.key);
    if (!is_key(facts.key)) return error::key_malformed;
    if (fields.protocol.count > 0) {  // RFC 6455 11.3.4: may be split over several fields
        auto offered = different_tokens(fields.of(fields.protocol), fields.protocol.name);
        if (!offered) return error::subprotocol_malformed;
        facts.subprotocols = std::move(*offered);
    }
    if (fields.extensions.count > 0) {
        const auto kept = ours.enabled ? deflate_offers : extension_filter{};
        const auto offered = listed_extensions(fields.of(fields.extensions), fields.extensions.name, kept);
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

    const asked_fields fields{head.fields};
    // RFC 6455 4.2.1: "containing the value "websocket", treated as an ASCII case-insensitive value"; among others
    // that the client would upgrade to as well (RFC 9110 7.8).
    facts.is_handshake = fields.lists(fields.upgrade, "websocket");
    if (facts.is_handshake) return judge_handshake(head, fields, target->authority, ours, facts);

    // RFC 9112 9.3: HTTP/1.1 persists unless told otherwise; HTTP/1.0 is not kept.
    facts.keeps_alive = head.minor_version >= 1 && !fields.lists(fields.connection, "close");
    // RFC 9110 10.1.1: not from HTTP/1.0. Another expectation may be ignored.
    facts.expects_continue = head.minor_version >= 1 && fields.lists(fields.expect, "100-continue");
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
