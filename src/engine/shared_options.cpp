#include "engine/shared_options.hpp"

#include <system_error>

namespace pushwire::engine {

void require(bool makes_sense, const std::string& text) {
    if (!makes_sense) throw setup_error{std::make_error_code(std::errc::invalid_argument), text};
}

void check(const limits& limits) {
    using namespace std::chrono_literals;
    require(limits.max_message > 0, "limits.max_message must be at least 1 byte");
    require(limits.max_backlog > 0, "limits.max_backlog must be at least 1 byte");
    require(limits.max_header >= 256, "limits.max_header must be at least 256 bytes");
    require(limits.max_header_fields >= 8, "limits.max_header_fields must be at least 8");
    require(limits.handshake_time > 0ms, "limits.handshake_time must be longer than 0");
    require(limits.closing_time > 0ms, "limits.closing_time must be longer than 0");
    require(limits.ping_after >= 0ms && limits.idle_timeout >= 0ms && limits.part_time >= 0ms &&
                limits.stuck_time >= 0ms && limits.message_time >= 0ms && limits.grace >= 0ms &&
                limits.drain_time >= 0ms,
            "a time in limits must not be negative");
}

void check(const compression& with) {
    const auto is_window = [](int bits) { return bits >= 8 && bits <= 15; };
    require(is_window(with.server_max_window_bits) && is_window(with.client_max_window_bits),
            "window bits in compression must be 8 to 15");
    require(with.level >= 0 && with.level <= 9, "compression.level must be 0 to 9");
}

net::backend backend_of(io_backend asked_for) {
    switch (asked_for) {
        case io_backend::io_uring:
            return net::backend::io_uring;
        case io_backend::epoll:
            return net::backend::epoll;
        case io_backend::automatic:
            break;
    }
    return net::backend::automatic;
}

}  // namespace pushwire::engine
