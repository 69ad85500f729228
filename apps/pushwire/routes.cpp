#include "routes.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// The sum of what is held, of all workers.
struct held_sum {
    const std::size_t most;
    std::atomic<std::size_t> bytes{0};
};

class held_answer {
  public:
    /// Null if there is no room for it.
    static std::unique_ptr<held_answer> make(std::shared_ptr<held_sum> among, std::string_view data,
                                             message_type type) {
        const auto before = among->bytes.fetch_add(data.size(), std::memory_order_relaxed);
        if (before <= among->most && data.size() <= among->most - before) {
            return std::unique_ptr<held_answer>{new held_answer{std::move(among), data, type}};
        }
        among->bytes.fetch_sub(data.size(), std::memory_order_relaxed);
        return nullptr;
    }
    ~held_answer() { among_->bytes.fetch_sub(data.size(), std::memory_order_relaxed); }
    held_answer(const held_answer&) = delete;
    held_answer& operator=(const held_answer&) = delete;

    const std::string data;
    const message_type type;

  private:
    held_answer(std::shared_ptr<held_sum> among, std::string_view text, message_type kind)
        : data{text}, type{kind}, among_{std::move(among)} {}

    std::shared_ptr<held_sum> among_;
};

/// What is kept for a connection: as small as a pointer, since most need nothing.
class visitor {
  public:
    struct belongings {
        std::string topic;                  // on /topic/NAME, with its prefix
        std::unique_ptr<held_answer> held;  // an answer that waits for the client to read those before it
    };

    /// Made when first asked for.
    belongings& own() {
        if (!own_) own_ = std::make_unique<belongings>();
        return *own_;
    }
    /// Null if there is none.
    std::unique_ptr<held_answer> take_held() { return own_ ? std::exchange(own_->held, nullptr) : nullptr; }

  private:
    std::unique_ptr<belongings> own_;
};

// ---------------------------------------------------------------- answers

// Whoever sends faster than it reads is held up, where `push` alone would refuse the answer.
void answer(server& server, const std::shared_ptr<held_sum>& held, const message& to, std::string_view data) {
    if (server.push(to.fd, data, to.type) != push_result::refused_backlog) return;
    auto& waiting = to.user<visitor>().own().held;
    waiting = held_answer::make(held, data, to.type);
    if (!waiting) {
        server.disconnect(to.fd, close_code::try_again_later, "too many answers wait to be read");
        return;
    }
    server.pause(to.fd);
}

void go_on(server& server, fd drained) {
    auto* const who = server.user<visitor>(drained);
    const auto held = who ? who->take_held() : nullptr;
    if (!held) return;
    server.push(drained, held->data, held->type);
    server.resume(drained);
}

std::string greeting(const message& message) {
    return std::string{"server received message: "}.append(message.data).append("\n");
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
    server.publish(message.user<visitor>().own().topic, message.data, message.type);
}

// ---------------------------------------------------------------- logs

void log_open(const request& request) {
    spdlog::info("client {} connected", request.fd.number());
    if (!spdlog::should_log(spdlog::level::debug)) return;
    spdlog::debug("client {} is {} port {}, at {}", request.fd.number(), request.remote_address,
                  request.remote_port, printable(request.path));
}

void log_close(server&, fd fd, const close_info& how) {
    spdlog::info("client {} closed", fd.number());
    if (!spdlog::should_log(spdlog::level::debug)) return;
    spdlog::debug("client {} sent close code {} ({}), got {}, error: {}", fd.number(), how.code,
                  printable(how.reason), how.sent_code, describe(how.why).name);
}

void enter(server& server, const request& request, std::string topic) {
    log_open(request);
    auto& its = request.user<visitor>().own().topic;
    its = std::move(topic);
    server.subscribe(request.fd, its);
}

}  // namespace

void add_routes(server& to, bool client_publish, std::size_t max_held) {
    const auto held = std::make_shared<held_sum>(max_held);
    to.user_data<visitor>();
    to.on_open([](auto&, const request& request) { log_open(request); });
    to.on_close(log_close);
    to.on_drain(go_on);

    to.path("/").on_request(answer_request).on_message([held](auto& server, const message& message) {
        answer(server, held, message, greeting(message));
    });
    to.path("/echo").on_message(
        [held](auto& server, const message& message) { answer(server, held, message, message.data); });

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
