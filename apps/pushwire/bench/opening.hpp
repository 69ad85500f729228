#pragma once
// The way of one connection from nothing to where messages can flow: connecting, the handshake of TLS, the request, its
// answer. Whatever of these there is to be done.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <sys/epoll.h>

#include "connector.hpp"
#include "stream.hpp"

namespace pushwire::bench {

class opening {
  public:
    /// What the poller has to watch for, once and for all: `step` goes on until it would have to wait.
    static constexpr std::uint32_t events = EPOLLIN | EPOLLOUT | static_cast<std::uint32_t>(EPOLLET);

    /// Connects. `number` is the connection's, and `request` that of what it asks with. `by` must outlive the opening.
    /// Throws failure, as all here.
    void start(const connector& by, std::size_t number, std::size_t request);
    /// Goes on when the socket is ready. True when it is open.
    bool step();

    [[nodiscard]] int descriptor() const { return stream_.descriptor(); }
    /// Once it is open: the connection, and what the server has said after its answer.
    [[nodiscard]] stream take_stream() { return std::move(stream_); }
    [[nodiscard]] std::string_view rest() const { return std::string_view{answer_}.substr(head_bytes_); }
    void close() { stream_.close(); }

    /// What it waits for, as people say it: "cannot connect", "no answer to the opening handshake".
    [[nodiscard]] std::string_view waits_for() const;

  private:
    enum class stage : unsigned char { connecting, tls, request, answer };

    bool connect();
    bool shake_hands();
    bool send_request();
    bool read_answer();
    void check_answer() const;

    stream stream_;
    const connector* by_ = nullptr;
    const opening_request* request_ = nullptr;
    stage stage_ = stage::connecting;
    std::size_t sent_ = 0;
    std::string answer_;
    std::size_t head_bytes_ = 0;
};

}  // namespace pushwire::bench
