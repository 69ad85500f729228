#include "support/test_client.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pushwire::testing {
namespace {

void require(bool fine, const char* what) {
    if (!fine) throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace

std::uint16_t received_frame::close_code() const {
    if (payload.size() < 2) return 1005;
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
}

std::string received_frame::close_reason() const {
    return payload.size() < 2 ? "" : payload.substr(2);
}

std::string client_frame(protocol::opcode opcode, std::string_view payload, bool fin) {
    protocol::frame_header header;
    header.fin = fin;
    header.opcode = opcode;
    header.masked = true;
    header.key = {std::byte{0x37}, std::byte{0xfa}, std::byte{0x21}, std::byte{0x3d}};
    header.payload_length = payload.size();
    std::array<std::byte, protocol::max_frame_header> room;
    const auto size = protocol::encode_frame_header(header, room.data());
    std::string frame{reinterpret_cast<const char*>(room.data()), size};
    frame.append(payload);
    protocol::apply_mask(std::as_writable_bytes(std::span{frame}).subspan(size), header.key);
    return frame;
}

test_client::test_client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    require(static_cast<bool>(socket_), "socket");
    const timeval patience{10, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
}

test_client::test_client(std::uint16_t port, std::string_view path, std::string_view fields)
    : test_client{port} {
    open(path, fields);
}

void test_client::open(std::string_view path, std::string_view fields) {
    send_raw("GET " + std::string{path} +
             " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
             std::string{fields} + "\r\n");
    const auto head = read_head();
    if (!head.starts_with("HTTP/1.1 101 ")) throw std::runtime_error{"not accepted: " + head};
}

void test_client::send_raw(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = write(bytes);
        require(n > 0, "send");
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void test_client::send_frame(protocol::opcode opcode, std::string_view payload, bool fin) {
    send_raw(client_frame(opcode, payload, fin));
}

void test_client::send_close(std::uint16_t code, std::string_view reason) {
    std::string body{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    send_frame(protocol::opcode::close, body.append(reason));
}

void test_client::shut_write() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void test_client::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = net::unique_descriptor{};
}

void test_client::close() {
    socket_ = net::unique_descriptor{};
}

std::ptrdiff_t test_client::write(std::string_view bytes) {
    return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

std::ptrdiff_t test_client::read(std::span<char> into) {
    std::ptrdiff_t count = 0;
    do {
        count = ::recv(socket_.get(), into.data(), into.size(), 0);
    } while (count < 0 && errno == EINTR);  // as a ring that this thread had may cause when it goes
    return count;
}

bool test_client::fill() {
    std::array<char, 65536> room;
    const auto n = read(room);
    require(n >= 0, "recv");
    unread_.append(room.data(), static_cast<std::size_t>(n));
    return n > 0;
}

std::string test_client::read_exactly(std::size_t n) {
    while (unread_.size() < n) {
        if (!fill())
            throw std::runtime_error{"the peer ended after " + std::to_string(unread_.size()) + " bytes"};
    }
    const auto taken = unread_.substr(0, n);
    unread_.erase(0, n);
    return taken;
}

std::string test_client::read_head() {
    for (;;) {
        const auto end = unread_.find("\r\n\r\n");
        if (end != unread_.npos) return read_exactly(end + 4);
        if (!fill()) throw std::runtime_error{"the peer ended amid a head: " + unread_};
    }
}

received_frame test_client::read_frame() {
    for (std::size_t known = 2;;) {
        while (unread_.size() < known) {
            if (!fill()) throw std::runtime_error{"the peer ended where a frame was expected"};
        }
        const auto parsed =
            protocol::parse_frame_header(std::as_bytes(std::span{unread_}), protocol::role::client);
        if (parsed.why != error::none) throw std::runtime_error{std::string{describe(parsed.why).text}};
        if (parsed.size == 0) {
            ++known;
            continue;
        }
        (void)read_exactly(parsed.size);
        return {parsed.header.opcode, parsed.header.fin, read_exactly(parsed.header.payload_length)};
    }
}

std::string test_client::read_text() {
    const auto frame = read_frame();
    if (frame.opcode != protocol::opcode::text) {
        throw std::runtime_error{"expected a text, got opcode " +
                                 std::to_string(static_cast<int>(frame.opcode)) + " with close code " +
                                 std::to_string(frame.close_code())};
    }
    return frame.payload;
}

received_frame test_client::read_close() {
    auto frame = read_frame();
    if (frame.opcode != protocol::opcode::close) {
        throw std::runtime_error{"expected a close frame, got opcode " +
                                 std::to_string(static_cast<int>(frame.opcode)) + ": " + frame.payload};
    }
    return frame;
}

bool test_client::at_end() {
    return unread_.empty() && !fill();
}

}  // namespace pushwire::testing
