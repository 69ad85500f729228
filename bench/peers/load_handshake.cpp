#include "load_handshake.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/time.h>

namespace bench {
namespace {

constexpr std::size_t longest_answer_bytes = 16 * 1024;

[[noreturn]] void fail(const std::string& why) {
    throw std::runtime_error("opening handshake: " + why);
}

/// Sixteen random bytes in Base64: 22 characters and padding. The last one carries only two bits.
std::string random_key() {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static std::mt19937 random{std::random_device{}()};
    std::string key;
    for (int i = 0; i < 21; ++i) key += alphabet[random() % 64];
    key += alphabet[random() % 4 * 16];
    return key + "==";
}

void send_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0) fail(std::string("cannot send the request: ") + std::strerror(errno));
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// All that the server says up to the empty line, and what came in the same read.
std::string read_answer(int fd) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string answer;
    std::array<char, 4096> buffer;
    while (answer.find("\r\n\r\n") == std::string::npos) {
        const ssize_t received = recv(fd, buffer.data(), buffer.size(), 0);
        if (received == 0) fail("the server closed the connection");
        if (received < 0 && errno == EAGAIN) fail("no answer within 5 s");
        if (received < 0) fail(std::string("cannot read the answer: ") + std::strerror(errno));
        answer.append(buffer.data(), static_cast<std::size_t>(received));
        if (answer.size() > longest_answer_bytes) fail("the answer has no end");
    }
    return answer;
}

bool has_field(std::string_view head, std::string_view lower_case_name) {
    std::string lower(head);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower.find("\r\n" + std::string(lower_case_name) + ":") != std::string::npos;
}

}  // namespace

void open_websocket(int fd, const load_options& options) {
    send_all(fd, "GET " + options.path + " HTTP/1.1\r\nHost: " + options.host +
                     "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + random_key() +
                     "\r\nSec-WebSocket-Version: 13\r\n\r\n");
    const std::string answer = read_answer(fd);
    const std::size_t head_bytes = answer.find("\r\n\r\n") + 4;
    const std::string_view head(answer.data(), head_bytes);
    const std::string_view status_line = head.substr(0, head.find("\r\n"));
    if (!status_line.starts_with("HTTP/1.1 101")) {
        fail("expected status 101, the server said '" + std::string(status_line) + "'");
    }
    if (!has_field(head, "sec-websocket-accept")) fail("the answer has no Sec-WebSocket-Accept");
    if (answer.size() > head_bytes) fail("the server spoke before it was spoken to");
}

}  // namespace bench
