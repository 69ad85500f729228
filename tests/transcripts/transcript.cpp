#include "transcripts/transcript.hpp"

#include <algorithm>
#include <span>

#include <pushwire/protocol/frame.hpp>

#include "transcripts/line_reader.hpp"

namespace pushwire::transcripts {
namespace {

constexpr protocol::masking_key usual_mask{std::byte{0x37}, std::byte{0xfa}, std::byte{0x21},
                                           std::byte{0x3d}};

std::pair<std::string, std::string> field(line_reader& line, std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        line.fail("a header field is `Name: value`, not `" + std::string{text} + "`");
        return {};
    }
    auto value = text.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return {std::string{text.substr(0, colon)}, std::string{value}};
}

header_list fields_in_quotes(line_reader& line) {
    header_list result;
    while (line.at_string()) result.push_back(field(line, line.string("a header field")));
    return result;
}

// --- what comes before the first step

void read_limit(line_reader& line, limits& limits) {
    struct size_limit {
        std::string_view name;
        std::size_t limits::* member;
    };
    struct time_limit {
        std::string_view name;
        std::chrono::milliseconds limits::* member;
    };
    static constexpr size_limit sizes[] = {
        {"max_message", &limits::max_message}, {"max_backlog", &limits::max_backlog},
        {"max_header", &limits::max_header},   {"max_header_fields", &limits::max_header_fields},
        {"max_body", &limits::max_body},       {"max_inflated", &limits::max_inflated},
    };
    static constexpr time_limit times[] = {
        {"handshake_time", &limits::handshake_time}, {"ping_after", &limits::ping_after},
        {"idle_timeout", &limits::idle_timeout},     {"closing_time", &limits::closing_time},
        {"message_time", &limits::message_time},     {"part_time", &limits::part_time},
    };
    const auto name = line.word("the name of a limit");
    for (const auto& [known, member] : sizes)
        if (name == known) limits.*member = line.number("a limit");
    for (const auto& [known, member] : times)
        if (name == known) limits.*member = line.duration();
    if (std::ranges::find(sizes, name, &size_limit::name) == std::end(sizes) &&
        std::ranges::find(times, name, &time_limit::name) == std::end(times))
        line.fail("there is no limit `" + name + "`");
}

void read_compression(line_reader& line, setup& setup) {
    auto& into = setup.compression;
    into.enabled = true;
    while (!line.at_end()) {
        if (line.skip("threshold")) {
            into.threshold = line.number("a threshold");
        } else if (line.skip("level")) {
            into.level = static_cast<int>(line.number("a level", 9));
        } else if (line.skip("server_keeps_context")) {
            into.server_no_context_takeover = false;
        } else if (line.skip("client_keeps_context")) {
            into.client_no_context_takeover = false;
        } else if (line.skip("server_max_window_bits")) {
            into.server_max_window_bits = static_cast<int>(line.number("window bits", 15));
        } else if (line.skip("client_max_window_bits")) {
            into.client_max_window_bits = static_cast<int>(line.number("window bits", 15));
        } else {
            line.fail("`compression` does not know `" + line.take_rest() + "`");
        }
    }
}

/// Whether the line is one of the set-up; if so, it is read.
bool read_setup(line_reader& line, setup& setup) {
    if (line.skip("role")) {
        const auto role = line.word("a role");
        if (role != "server" && role != "client")
            line.fail("a role is `server` or `client`, not `" + role + "`");
        setup.role = role == "client" ? protocol::role::client : protocol::role::server;
    } else if (line.skip("opening")) {
        setup.opening = true;
    } else if (line.skip("manual")) {
        setup.manual = true;
    } else if (line.skip("in_parts")) {
        setup.in_parts = true;
    } else if (line.skip("whole")) {
        setup.whole = true;
        if (line.take_rest().empty()) line.fail("`whole` says why the transcript must not be cut");
    } else if (line.skip("limit")) {
        read_limit(line, setup.limits);
    } else if (line.skip("subprotocols")) {
        while (!line.at_end()) setup.subprotocols.push_back(line.word("a sub-protocol"));
        setup.request.subprotocols = setup.subprotocols;
    } else if (line.skip("compression")) {
        read_compression(line, setup);
    } else if (line.skip("offered")) {
        setup.offered = line.take_rest();
    } else if (line.skip("agreed")) {
        setup.agreed = line.take_rest();
    } else if (line.skip("mask")) {
        setup.masks.clear();
        do setup.masks.push_back(line.key());
        while (!line.at_end());
    } else if (line.skip("host")) {
        setup.request.host = line.word("a host");
    } else if (line.skip("target")) {
        setup.request.target = line.word("a target");
    } else if (line.skip("header")) {
        setup.request.headers.push_back(field(line, line.take_rest()));
    } else {
        return false;
    }
    return true;
}

// --- what must come

/// The close frame that an endpoint in `setup` sends: `close`, `close 1000`, `close 1000 "bye"`, `close 1002 reserved_bit`.
bytes close_frame(line_reader& line, const setup& setup) {
    std::string payload;
    if (!line.at_end()) {
        const auto code = line.code("a close code");
        payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
        if (line.at_string())
            payload += line.string("a reason");
        else if (!line.at_end())
            payload += describe(line.row()).text;
    }
    if (payload.size() > protocol::max_control_payload)
        line.fail("a close frame does not hold so long a reason");
    bytes frame{std::byte{0x88}, static_cast<std::byte>(payload.size())};
    std::ranges::transform(payload, std::back_inserter(frame),
                           [](char c) { return static_cast<std::byte>(c); });
    if (setup.role == protocol::role::client) {
        if (setup.masks.size() > 1)
            line.fail("`> close` is for a client with one mask: write the frame in bytes");
        const auto& key = setup.masks.front();
        frame[1] |= std::byte{0x80};
        frame.insert(frame.begin() + 2, key.begin(), key.end());
        for (std::size_t at = 6; at < frame.size(); ++at) frame[at] ^= key[(at - 6) % 4];
    }
    return frame;
}

/// `> field`, `> no` and `> body` add to the head that the step before began.
bool read_more_of_head(line_reader& line, std::vector<step>& steps) {
    const bool adds_field = line.skip("field");
    const bool adds_absent = !adds_field && line.skip("no");
    if (!adds_field && !adds_absent && !line.skip("body")) return false;

    auto* output = steps.empty() ? nullptr : std::get_if<expected_output>(&steps.back().what);
    auto* head = output ? std::get_if<head_pattern>(&output->what) : nullptr;
    if (!head) {
        line.fail("`> field`, `> no` and `> body` follow a `> head`");
    } else if (adds_field) {
        head->fields.push_back(field(line, line.take_rest()));
    } else if (adds_absent) {
        head->absent.push_back(line.word("the name of a field"));
    } else if (line.skip("none")) {
        head->bodiless = true;
    } else if (line.at_string()) {
        head->body = line.string("a body");
    } else {
        head->body = describe(line.row()).text;
    }
    return true;
}

expected_output read_output(line_reader& line, const setup& setup) {
    if (line.skip("close")) return {close_frame(line, setup)};
    if (line.skip("compressed")) {
        const auto type = line.skip("binary") ? message_type::binary : message_type::text;
        if (type == message_type::text && !line.skip("text")) line.fail("a message is `text` or `binary`");
        return {compressed_pattern{.type = type, .data = line.bytes()}};
    }
    if (!line.skip("head")) return {line.bytes()};
    if (line.at_end()) line.fail("`> head` is followed by a start line");
    return {head_pattern{.start = line.take_rest()}};
}

event_facts read_closed(line_reader& line) {
    event_facts facts{.type = protocol::event_type::closed};
    if (!line.at_end() && line.rest().front() >= '0' && line.rest().front() <= '9')
        facts.code = line.code("a close code");
    while (!line.at_end()) {
        if (line.skip("sent")) {
            facts.sent_code = line.code("the close code sent");
        } else if (line.skip("why")) {
            facts.why = line.skip("none") ? error::none : line.row();
        } else if (line.skip("reason")) {
            facts.reason = line.string("the peer's reason");
        } else if (line.skip("began")) {
            facts.began_by_peer = line.skip("peer");
            if (!*facts.began_by_peer && !line.skip("us")) line.fail("`began` is followed by `peer` or `us`");
        } else {
            line.fail("`! closed` knows a code, `sent`, `why`, `began` and `reason`, not `" +
                      line.take_rest() + "`");
        }
    }
    return facts;
}

event_facts read_part(line_reader& line) {
    using enum protocol::event_type;
    event_facts facts{.type = line.skip("binary") ? binary_part : text_part};
    if (facts.type == text_part && !line.skip("text")) line.fail("a part is of a `text` or a `binary`");
    facts.first = line.skip("first");
    facts.last = line.skip("last");
    facts.data = line.bytes();
    return facts;
}

event_facts read_request(line_reader& line) {
    event_facts facts{.type = protocol::event_type::request};
    if (line.at_end()) return facts;
    facts.method = line.word("a method");
    facts.target = line.word("a target");
    if (line.skip("handshake")) facts.handshake = true;
    if (line.skip("plain")) facts.handshake = false;
    facts.fields = fields_in_quotes(line);
    if (line.skip("body")) facts.body = line.string("a body");
    return facts;
}

event_facts read_event(line_reader& line) {
    using enum protocol::event_type;
    if (line.skip("text")) return {.type = text, .data = line.bytes()};
    if (line.skip("binary")) return {.type = binary, .data = line.bytes()};
    if (line.skip("ping")) return {.type = ping, .data = line.bytes()};
    if (line.skip("pong")) return {.type = pong, .data = line.bytes()};
    if (line.skip("part")) return read_part(line);
    if (line.skip("closed")) return read_closed(line);
    if (line.skip("request")) return read_request(line);
    if (line.skip("opened")) {
        event_facts facts{.type = opened};
        if (line.skip("subprotocol")) facts.subprotocol = line.at_end() ? "" : line.word("a sub-protocol");
        return facts;
    }
    line.fail("there is no event `" + line.take_rest() + "`");
    return {};
}

// --- what we do

protocol::send_result read_result(line_reader& line) {
    using enum protocol::send_result;
    if (!line.skip("->") || line.skip("accepted")) return accepted;
    if (line.skip("invalid_text")) return invalid_text;
    if (line.skip("not_open")) return not_open;
    if (line.skip("busy")) return busy;
    if (line.skip("not_begun")) return not_begun;
    line.fail("what sending says is `accepted`, `invalid_text`, `not_open`, `busy` or `not_begun`, not `" +
              line.take_rest() + "`");
    return accepted;
}

message_type read_type(line_reader& line) {
    if (line.skip("binary")) return message_type::binary;
    if (!line.skip("text")) line.fail("a message is `text` or `binary`");
    return message_type::text;
}

send_message read_send(line_reader& line, bool shared) {
    send_message action{.type = read_type(line)};
    action.data = line.bytes("->");
    action.shared = shared;
    action.result = read_result(line);
    return action;
}

step_kind read_action(line_reader& line) {
    if (line.skip("eof")) return end_of_input{};
    if (line.skip("send")) return read_send(line, false);
    if (line.skip("publish")) return read_send(line, true);
    if (line.skip("ping")) {
        send_ping action{.data = line.bytes("->")};
        action.result = read_result(line);
        return action;
    }
    if (line.skip("begin")) {
        begin_message action{.type = read_type(line)};
        action.result = read_result(line);
        return action;
    }
    if (line.skip("part")) {
        send_part action{.data = line.bytes("->")};
        action.result = read_result(line);
        return action;
    }
    if (line.skip("end")) return end_message{read_result(line)};
    if (line.skip("close")) {
        begin_close action;
        if (!line.at_end()) action.code = line.code("a close code");
        if (!line.at_end()) action.reason = line.string("a reason");
        return action;
    }
    if (line.skip("fail")) return fail_with{line.row()};
    if (line.skip("accept")) {
        accept_request action;
        if (line.skip("subprotocol")) action.with.subprotocol = line.word("a sub-protocol");
        action.with.headers = fields_in_quotes(line);
        return action;
    }
    if (line.skip("refuse")) {
        if (find_row(line.rest())) return refuse_request{.why = line.row()};
        refuse_request action{.status = line.code("an HTTP status, or the name of an error row,")};
        if (line.at_string()) action.body = line.string("a body");
        action.headers = fields_in_quotes(line);
        return action;
    }
    if (line.skip("respond")) {
        respond_to_request action;
        action.answer.status = line.code("an HTTP status");
        if (line.at_string()) action.answer.body = line.string("a body");
        action.answer.headers = fields_in_quotes(line);
        return action;
    }
    if (line.skip("release")) return release_request{};
    if (line.skip("hold")) return hold{};
    if (line.skip("flow")) return flow{};
    if (line.skip("take")) return take{line.number("a number of bytes")};
    if (line.skip("drop")) return drop{line.number("a number of bytes")};
    line.fail("`" + line.take_rest() + "` is neither a setting nor a step");
    return end_of_input{};
}

void read_step(std::string_view text, line_reader& line, int number, transcript& into) {
    auto add = [&](step_kind what) { into.steps.push_back({number, std::move(what)}); };
    switch (text.front()) {
        case '<':
            add(input{line.bytes()});
            break;
        case '>':
            if (!read_more_of_head(line, into.steps)) add(read_output(line, into.setup));
            break;
        case '!':
            add(read_event(line));
            break;
        case '@':
            add(passage{line.duration()});
            break;
        default:
            add(read_action(line));
    }
    if (!line.at_end()) line.fail("`" + line.take_rest() + "` is too much");
}

}  // namespace

std::expected<transcript, parse_error> parse(std::string_view text, std::string name) {
    transcript result{.name = std::move(name), .setup = {}, .steps = {}};
    result.setup.masks = {usual_mask};
    result.setup.request.host = "server.example.com";
    result.setup.request.target = "/chat";
    result.setup.request.key = "dGhlIHNhbXBsZSBub25jZQ==";  // of RFC 6455 1.3
    result.setup.offered = "permessage-deflate";
    result.setup.agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    bool has_role = false;
    int number = 0;
    while (!text.empty()) {
        ++number;
        const auto end = std::min(text.find('\n'), text.size());
        auto content = without_comment(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        content.remove_prefix(std::min(content.find_first_not_of(" \t\r"), content.size()));
        if (content.empty()) continue;

        const bool marked = std::string_view{"<>!@"}.contains(content.front());
        line_reader line{content.substr(marked ? 1 : 0)};
        if (!has_role && !content.starts_with("role"))
            line.fail("the first line of a transcript is its role");
        if (!line.what_is_wrong() && !marked && read_setup(line, result.setup)) {
            has_role = true;
            if (!result.steps.empty()) line.fail("settings stand before the first step");
            if (!line.at_end()) line.fail("`" + line.take_rest() + "` is too much");
        } else if (!line.what_is_wrong()) {
            read_step(content, line, number, result);
        }
        if (line.what_is_wrong())
            return std::unexpected{parse_error{result.name, number, *line.what_is_wrong()}};
    }
    if (result.steps.empty())
        return std::unexpected{parse_error{result.name, number, "the transcript has no steps"}};
    return result;
}

transcript implied_opening(const setup& setup) {
    const bool compresses = setup.compression.enabled;
    const auto extensions = [](std::string_view before, const std::string& value, std::string_view after) {
        return std::string{before} + "Sec-WebSocket-Extensions: " + value + std::string{after};
    };
    const std::string server = R"(role server
< "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
< "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)" + (compresses ? extensions("< \"", setup.offered, "\\r\\n\"\n") : "") +
                               R"(< "\r\n"
> head HTTP/1.1 101 Switching Protocols
> field Upgrade: websocket
> field Connection: Upgrade
> field Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
> no Sec-WebSocket-Protocol
)" + (compresses ? extensions("> field ", setup.agreed, "\n") : "> no Sec-WebSocket-Extensions\n");
    const std::string client = R"(role client
> head GET
> field Upgrade: websocket
> field Connection: Upgrade
> field Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
> field Sec-WebSocket-Version: 13
< "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
< "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
)" + (compresses ? extensions("< \"", setup.agreed, "\\r\\n\"\n") : "") +
                               R"(< "\r\n"
! opened
)";
    auto result =
        parse(setup.role == protocol::role::server ? server : client, "the implied opening handshake")
            .value();
    result.setup = setup;
    return result;
}

}  // namespace pushwire::transcripts
