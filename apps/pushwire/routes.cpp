#include "routes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http.hpp"
#include "log.hpp"

namespace pushwire::cli {
namespace {

// Topics that clients name begin with a prefix, so that none of them is the broadcast room.
constexpr std::string_view broadcast_topic = "broadcast";
constexpr std::string_view topic_prefix = "topic/";
constexpr std::string_view topic_path = "/topic/";
constexpr std::size_t max_topic_bytes = 1000;  // with its prefix within limits::max_topic_name

struct held_answer {
    std::string data;
    message_type type;
};

/// What is kept for a connection.
struct visitor {
    std::string topic;                  // on /topic/NAME, with its prefix
    std::unique_ptr<held_answer> held;  // an answer that waits for the client to read those before it
};

// ---------------------------------------------------------------- answers

// Whoever sends faster than it reads is held up, where `push` alone would refuse the answer.
void answer(server& server, const message& to, std::string_view data) {
    if (server.push(to.fd, data, to.type) != push_result::refused_backlog) return;
    to.user<visitor>().held = std::make_unique<held_answer>(held_answer{std::string{data}, to.type});
    server.pause(to.fd);
}

void go_on(server& server, fd drained) {
    auto* const who = server.user<visitor>(drained);
    if (!who || !who->held) return;
    const auto held = std::exchange(who->held, nullptr);
    server.push(drained, held->data, held->type);
    server.resume(drained);
}

void greet(server& server, const message& message) {
    std::string greeting = "server received message: ";
    greeting.append(message.data).append("\n");
    answer(server, message, greeting);
}

void echo(server& server, const message& message) {
    answer(server, message, message.data);
}

// ---------------------------------------------------------------- topics

std::optional<unsigned> hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return std::nullopt;
}

// RFC 3986 2.1; nullopt if a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const auto high = hex_digit(text[i + 1]);
        const auto low = hex_digit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return decoded;
}

std::optional<std::string> topic_of(const request& request) {
    return percent_decoded(request.path.substr(topic_path.size()));
}

void admit_to_topic(server&, handshake& handshake) {
    const auto name = topic_of(handshake.request());
    if (!name) {
        handshake.refuse(
            400, "The topic's name is not well-formed: % must be followed by two hexadecimal digits.\n");
    } else if (name->empty()) {
        handshake.refuse(404, "A topic needs a name: /topic/NAME.\n");
    } else if (name->size() > max_topic_bytes) {
        handshake.refuse(414, "The topic's name is longer than 1000 bytes.\n");
    }
}

void publish(server& server, const message& message) {
    server.publish(message.user<visitor>().topic, message.data, message.type);
}

// ---------------------------------------------------------------- logs

void log_open(const request& request) {
    spdlog::info("client {} connected", request.fd.number());
    spdlog::debug("client {} is {} port {}, at {}", request.fd.number(), request.remote_address,
                  request.remote_port, printable(request.path));
}

void log_close(server&, fd fd, const close_info& how) {
    spdlog::info("client {} closed", fd.number());
    spdlog::debug("client {} sent close code {} ({}), got {}, error: {}", fd.number(), how.code,
                  printable(how.reason), how.sent_code, describe(how.why).name);
}

void enter(server& server, const request& request, std::string topic) {
    log_open(request);
    auto& who = request.user<visitor>();
    who.topic = std::move(topic);
    server.subscribe(request.fd, who.topic);
}

}  // namespace

void add_routes(server& to, bool client_publish) {
    to.user_data<visitor>();
    to.on_open([](auto&, const request& request) { log_open(request); });
    to.on_close(log_close);
    to.on_drain(go_on);

    to.path("/").on_message(greet).on_request(answer_request);
    to.path("/echo").on_message(echo);

    to.path("/broadcast")
        .on_open([](auto& server, const request& request) {
            enter(server, request, std::string{broadcast_topic});
        })
        .on_message(publish);

    auto topics = to.path("/topic/*");
    topics.on_handshake(admit_to_topic).on_open([](auto& server, const request& request) {
        enter(server, request, std::string{topic_prefix} + *topic_of(request));
    });
    if (client_publish) topics.on_message(publish);

    to.path("/*").on_request(answer_request).on_handshake([](auto&, handshake& handshake) {
        handshake.refuse(404, list_of_routes());
    });
}

}  // namespace pushwire::cli
