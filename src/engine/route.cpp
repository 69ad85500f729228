#include "engine/handlers.hpp"

namespace pushwire {

route& route::on_open(std::function<void(server&, const request&)> handler) {
    handlers_->on_open = std::move(handler);
    return *this;
}

route& route::on_message(std::function<void(server&, const message&)> handler) {
    handlers_->on_message = std::move(handler);
    return *this;
}

route& route::on_message_part(std::function<void(server&, const message_part&)> handler) {
    handlers_->on_message_part = std::move(handler);
    return *this;
}

route& route::on_close(std::function<void(server&, fd)> handler) {
    if (!handler) return on_close(std::function<void(server&, fd, const close_info&)>{});
    return on_close(
        [told = std::move(handler)](server& of, fd which, const close_info&) { told(of, which); });
}

route& route::on_close(std::function<void(server&, fd, const close_info&)> handler) {
    handlers_->on_close = std::move(handler);
    return *this;
}

route& route::on_handshake(std::function<void(server&, handshake&)> handler) {
    handlers_->on_handshake = std::move(handler);
    return *this;
}

route& route::on_request(std::function<void(server&, const request&, response&)> handler) {
    handlers_->on_request = std::move(handler);
    return *this;
}

route& route::on_drain(std::function<void(server&, fd)> handler) {
    handlers_->on_drain = std::move(handler);
    return *this;
}

route& route::on_ping(std::function<void(server&, fd, std::string_view)> handler) {
    handlers_->on_ping = std::move(handler);
    return *this;
}

route& route::on_pong(std::function<void(server&, fd, std::string_view)> handler) {
    handlers_->on_pong = std::move(handler);
    return *this;
}

}  // namespace pushwire
