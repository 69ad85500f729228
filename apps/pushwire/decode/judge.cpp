#include "judge.hpp"

#include <utility>

#include "notation.hpp"

namespace pushwire::decode {
namespace {

constexpr protocol::time_point now{};  // nothing takes time here

// Bounds are an endpoint's own business: these only keep the memory small.
constexpr std::size_t max_header = std::size_t{1} << 20;  // bytes
constexpr std::size_t max_header_fields = 10'000;

protocol::masking_key any_key(void* /*state*/) {
    return {};
}

protocol::session_settings settings_for(const conversation& of, protocol::codec_pool& codecs) {
    protocol::session_settings settings{.role = of.receiver()};
    settings.limits.max_header = max_header;
    settings.limits.max_header_fields = max_header_fields;
    settings.masking_keys.draw = any_key;
    settings.compression = of.compression;
    settings.codecs = &codecs;
    return settings;
}

// For bytes that begin after it, or answer it.
std::string request_head(const conversation& of) {
    return "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
           std::string{known_key} + "\r\n" +
           (of.compression.enabled
                ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
                : "") +
           "\r\n";
}

std::string response_head(const conversation& of) {
    const auto& agreed = of.compression;
    std::string extensions;
    if (agreed.enabled) {
        extensions = "Sec-WebSocket-Extensions: permessage-deflate";
        if (agreed.server_no_context_takeover) extensions += "; server_no_context_takeover";
        if (agreed.client_no_context_takeover) extensions += "; client_no_context_takeover";
        extensions += "; server_max_window_bits=" + std::to_string(agreed.server_max_window_bits) +
                      "; client_max_window_bits=" + std::to_string(agreed.client_max_window_bits) + "\r\n";
    }
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           std::string{known_accept} + "\r\n" + extensions + "\r\n";
}

}  // namespace

judge::endpoint::endpoint(const conversation& of)
    : settings{settings_for(of, codecs)}, session{settings, blocks, now} {
    session.receive_in_parts();
    const bool is_client = settings.role == protocol::role::client;
    if (is_client) {
        protocol::client_request request{.host = "localhost", .key = of.key};
        if (request.key.empty()) request.key = known_key;
        if (!of.subprotocol.empty()) request.subprotocols.push_back(of.subprotocol);
        session.open(request);
    }
    if (!of.opening) receive(as_bytes(is_client ? response_head(of) : request_head(of)));
}

void judge::endpoint::receive(std::span<const std::byte> bytes, const part_handler& on_part) {
    using enum protocol::event_type;
    borrowed.assign(bytes.begin(), bytes.end());
    session.receive(borrowed, now);
    for (auto event = session.next(); event.type != none; event = session.next()) {
        if (event.type == request) answer();
        if (on_part && (event.type == text_part || event.type == binary_part)) on_part(event);
    }
    while (!session.outgoing().empty()) session.consume(session.outgoing().bytes(), now);  // nobody reads it
}

void judge::endpoint::answer() {
    if (!session.request_is_handshake()) return session.refuse(error::upgrade_required, now);
    session.accept({}, now);
    session.release_request();
}

judge::judge(const conversation& of, part_handler on_part)
    : on_part_{std::move(on_part)}, ahead_{of}, behind_{of} {}

std::size_t judge::receive(std::span<const std::byte> bytes) {
    ahead_.receive(bytes, on_part_);
    if (!is_over()) {
        behind_.receive(bytes);
        return bytes.size();
    }
    std::size_t taken = 0;
    while (taken < bytes.size() && !behind_.session.done()) behind_.receive(bytes.subspan(taken++, 1));
    return taken;
}

}  // namespace pushwire::decode
