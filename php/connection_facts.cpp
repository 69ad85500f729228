#include "connection_facts.hpp"

#include <chrono>

#include "service.hpp"

namespace pushwire::php {

void connection_facts(zend_long number, zval* into) {
    const service* const here = the_service();
    ZVAL_FALSE(into);
    if (!here || !here->is_running() || number <= 0) return;
    const fd which{static_cast<std::uint64_t>(number)};
    const auto found = here->info(which);
    if (!found) return;
    using seconds = std::chrono::duration<double>;
    const auto connected = std::chrono::floor<std::chrono::seconds>(found->connected_at).time_since_epoch();
    const auto received = seconds{found->last_received.time_since_epoch()}.count();
    const auto& place = here->asked.places.front();
    constexpr zend_long active = 3;
    constexpr zend_long closing = 4;
    array_init(into);
    add_assoc_long(into, "websocket_status", here->exists(which) ? active : closing);
    add_assoc_long(into, "server_port", place.port);
    add_assoc_long(into, "socket_type", place.sock_type);
    add_assoc_stringl(into, "remote_ip", found->remote_address.data(), found->remote_address.size());
    add_assoc_long(into, "remote_port", found->remote_port);
    add_assoc_long(into, "reactor_id", found->worker);
    add_assoc_long(into, "worker_id", found->worker);
    add_assoc_long(into, "connect_time", static_cast<zend_long>(connected.count()));
    add_assoc_long(into, "last_time", static_cast<zend_long>(received));
    add_assoc_double(into, "last_recv_time", received);
    add_assoc_long(into, "close_errno", 0);
    add_assoc_long(into, "recv_queued_bytes", 0);
    add_assoc_long(into, "send_queued_bytes", static_cast<zend_long>(found->queued_bytes));
}

}  // namespace pushwire::php
