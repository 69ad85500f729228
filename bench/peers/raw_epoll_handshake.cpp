// What an opening handshake costs at least: accept, receive, SHA-1, send, close. The limit of handshakes.
//
// One thread, one level-triggered epoll. It looks for the key where it stands, and answers; it checks nothing, takes the
// request for whole when it has read once, and reads nothing after it but the end.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw_listener.hpp"

namespace bench {
namespace {

constexpr int events_per_turn = 1024;
constexpr std::string_view key_field = "Sec-WebSocket-Key: ";
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3
constexpr std::string_view head =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";
constexpr std::size_t key_bytes = 24;
constexpr std::size_t accept_bytes = 28;

/// The answer to a request; empty if it has no key.
std::string_view answer_to(std::string_view request) {
    static std::array<char, head.size() + accept_bytes + 5> answer;
    const auto field = request.find(key_field);
    if (field == request.npos || request.size() < field + key_field.size() + key_bytes) return {};
    std::array<unsigned char, key_bytes + guid.size()> key;
    std::memcpy(key.data(), request.data() + field + key_field.size(), key_bytes);
    std::memcpy(key.data() + key_bytes, guid.data(), guid.size());
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    SHA1(key.data(), key.size(), digest.data());

    auto* const accept = answer.data() + head.size();
    std::memcpy(answer.data(), head.data(), head.size());
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(accept), digest.data(), digest.size());
    std::memcpy(accept + accept_bytes, "\r\n\r\n", 4);
    return {answer.data(), head.size() + accept_bytes + 4};
}

void receive(int fd) {
    static std::array<char, 4096> buffer;
    const ssize_t received = recv(fd, buffer.data(), buffer.size(), 0);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    const auto answer = received > 0 ? answer_to({buffer.data(), static_cast<std::size_t>(received)}) : "";
    if (answer.empty() || send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) close(fd);
}

[[noreturn]] void run(const raw_listener& on) {
    std::array<epoll_event, events_per_turn> events;
    for (;;) {
        const int ready = epoll_wait(on.epoll, events.data(), events_per_turn, -1);
        if (ready < 0 && errno != EINTR) give_up("wait for events", 1);
        for (const epoll_event& event :
             std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
            if (event.data.fd == on.listener) {
                while (accept_raw(on) >= 0) continue;
            } else if (event.events & (EPOLLHUP | EPOLLERR)) {
                close(event.data.fd);  // the generator resets, so there is nothing to read
            } else {
                receive(event.data.fd);
            }
        }
    }
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    bench::run(bench::listen_raw(argc, argv, "raw_epoll_handshake", "ws"));
}
