#include "load_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load_handshake.hpp"

namespace bench {
namespace {

int connect_to(const load_options& options) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::runtime_error(std::string("cannot create a socket: ") + std::strerror(errno));
    if (connect(fd, reinterpret_cast<const sockaddr*>(&options.address), sizeof options.address) < 0) {
        const int error = errno;
        close(fd);
        throw std::runtime_error("cannot connect to " + options.host + ": " + std::strerror(error));
    }
    return fd;
}

std::string hex(std::byte value) {
    char text[8];
    std::snprintf(text, sizeof text, "0x%02x", std::to_integer<unsigned>(value));
    return text;
}

/// What a reply that begins with this byte is, where it helps to know.
std::string name_of_frame(std::byte first) {
    switch (std::to_integer<unsigned>(first)) {
        case 0x81:
            return " (a text message)";
        case 0x82:
            return " (a binary message)";
        case 0x01:
        case 0x02:
            return " (the first fragment of a message)";
        case 0x88:
            return " (a close frame)";
        case 0x89:
            return " (a ping)";
        case 0x8a:
            return " (a pong)";
        default:
            return "";
    }
}

}  // namespace

load_connection::load_connection(const load_options& options, const load_messages& messages,
                                 std::size_t number)
    : messages_(&messages),
      number_(number),
      fd_(connect_to(options)),
      send_position_(number % messages.count() * messages.outgoing_bytes()),
      reply_position_(number % messages.count() * messages.reply_bytes()) {
    try {
        if (options.protocol == load_protocol::websocket) open_websocket(fd_, options);
    } catch (...) {
        close(fd_);
        throw;
    }
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

load_connection::load_connection(load_connection&& other) noexcept
    : messages_(other.messages_),
      number_(other.number_),
      fd_(std::exchange(other.fd_, -1)),
      send_position_(other.send_position_),
      reply_position_(other.reply_position_),
      due_bytes_(other.due_bytes_),
      partial_bytes_(other.partial_bytes_),
      bytes_received_(other.bytes_received_) {}

load_connection::~load_connection() {
    if (fd_ >= 0) close(fd_);
}

std::expected<void, std::string> load_connection::start(std::size_t depth) {
    due_bytes_ = depth * messages_->outgoing_bytes();
    return write();
}

std::expected<std::size_t, std::string> load_connection::receive(std::span<std::byte> buffer) {
    const ssize_t received = recv(fd_, buffer.data(), buffer.size(), 0);
    if (received < 0) {
        if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
        return std::unexpected("connection " + std::to_string(number_) + " failed: " + std::strerror(errno));
    }
    if (received == 0) {
        return std::unexpected("the server closed connection " + std::to_string(number_));
    }
    const auto size = static_cast<std::size_t>(received);
    if (auto checked = check(buffer.first(size)); !checked)
        return std::unexpected(std::move(checked.error()));

    bytes_received_ += size;
    partial_bytes_ += size;
    const std::size_t completed = partial_bytes_ / messages_->reply_bytes();
    if (completed == 0) return completed;
    partial_bytes_ -= completed * messages_->reply_bytes();
    due_bytes_ += completed * messages_->outgoing_bytes();
    if (auto written = write(); !written) return std::unexpected(std::move(written.error()));
    return completed;
}

std::expected<void, std::string> load_connection::write() {
    const auto ring = messages_->outgoing();
    while (due_bytes_ > 0) {
        const std::size_t size = std::min(due_bytes_, ring.size() - send_position_);
        const ssize_t sent = send(fd_, ring.data() + send_position_, size, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) return {};
            return std::unexpected("cannot send on connection " + std::to_string(number_) + ": " +
                                   std::strerror(errno));
        }
        const auto taken = static_cast<std::size_t>(sent);
        due_bytes_ -= taken;
        send_position_ += taken;
        if (send_position_ == ring.size()) send_position_ = 0;
        if (taken < size) return {};  // the kernel's buffer is full: asking again would only cost a call
    }
    return {};
}

std::expected<void, std::string> load_connection::check(std::span<const std::byte> received) {
    const auto ring = messages_->replies();
    while (!received.empty()) {
        const std::size_t size = std::min(received.size(), ring.size() - reply_position_);
        if (std::memcmp(received.data(), ring.data() + reply_position_, size) != 0) [[unlikely]] {
            return std::unexpected(describe_difference(received.first(size)));
        }
        received = received.subspan(size);
        reply_position_ += size;
        if (reply_position_ == ring.size()) reply_position_ = 0;
    }
    return {};
}

std::string load_connection::describe_difference(std::span<const std::byte> received) const {
    const auto expected = messages_->replies().subspan(reply_position_, received.size());
    const auto different = std::ranges::mismatch(received, expected);
    const std::size_t offset = static_cast<std::size_t>(different.in1 - received.begin());
    const std::size_t place = (reply_position_ + offset) % messages_->reply_bytes();
    const std::size_t header = messages_->reply_header_bytes();

    std::string text = "connection " + std::to_string(number_) + ": wrong reply: ";
    if (place < header) {
        text += "byte " + std::to_string(place) + " of its frame's header is " + hex(*different.in1);
        if (place == 0) text += name_of_frame(*different.in1);
        text += ", expected " + hex(*different.in2);
        if (place == 0) text += name_of_frame(*different.in2);
        return text + "; a reply must be one unfragmented, unmasked frame of the same type and length";
    }
    return text + "byte " + std::to_string(place - header) + " of the payload is " + hex(*different.in1) +
           ", expected " + hex(*different.in2);
}

}  // namespace bench
