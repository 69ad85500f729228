#pragma once
// What the user asked to be called with.

#include <functional>

#include <pushwire/server.hpp>

namespace pushwire::engine {

struct handlers {
    std::function<void(server&, const request&)> on_open;
    std::function<void(server&, const message&)> on_message;
    std::function<void(server&, const message_part&)> on_message_part;
    std::function<void(server&, fd, const close_info&)> on_close;
    std::function<void(server&, handshake&)> on_handshake;
    std::function<void(server&, const request&, response&)> on_request;
    std::function<void(server&, fd)> on_drain;
    std::function<void(server&, fd, std::string_view)> on_ping;
    std::function<void(server&, fd, std::string_view)> on_pong;

    /// Takes over from `others` what is missing here.
    void complete_from(const handlers& others);
};

}  // namespace pushwire::engine
