#include "engine/address_limits.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "net/address_set.hpp"

namespace pushwire::engine {
namespace {

// A full table is looked through for entries to forget at most so often, so that it costs little even then.
constexpr std::chrono::milliseconds between_sweeps{100};

}  // namespace

address_limits::address_limits(std::size_t max_connections, std::size_t per_second, std::size_t capacity)
    : max_connections_{max_connections},
      pace_{per_second, std::max<std::size_t>(per_second, 1)},
      capacity_{capacity} {}

bool address_limits::counts(const net::address& which) {
    const bool on_a_network =
        which.family == net::address_family::ipv4 || which.family == net::address_family::ipv6;
    return on_a_network && !net::is_loopback(which);
}

address_limits::key address_limits::key_of(const net::address& which) {
    const bool v4 = which.family == net::address_family::ipv4;
    key made{};
    made[0] = static_cast<std::uint8_t>(which.family);
    std::copy_n(which.bytes.begin(), v4 ? 4 : 8, made.begin() + 1);
    return made;
}

error address_limits::enter(const net::address& which, net::time_point now) {
    PUSHWIRE_ASSERT(counts(which));
    const std::lock_guard lock{mutex_};
    if (entries_.size() >= capacity_) sweep(now);
    auto found = entries_.find(key_of(which));
    const auto connections = found == entries_.end() ? 0 : found->second.connections;
    if (max_connections_ != 0 && connections >= max_connections_) return error::too_many_from_address;
    if (found == entries_.end()) found = entries_.try_emplace(key_of(which)).first;
    if (pace_.is_set() && !pace_.take(found->second.next, now)) return error::address_too_fast;
    ++found->second.connections;
    return error::none;
}

void address_limits::leave(const net::address& which, net::time_point now) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(key_of(which));
    PUSHWIRE_ASSERT(found != entries_.end() && found->second.connections != 0);
    --found->second.connections;
    const bool forgotten = found->second.next <= now || entries_.size() > capacity_;
    if (found->second.connections == 0 && forgotten) entries_.erase(found);
}

void address_limits::sweep(net::time_point now) {
    if (now < swept_ + between_sweeps) return;
    swept_ = now;
    std::erase_if(entries_,
                  [&](const auto& each) { return each.second.connections == 0 && each.second.next <= now; });
}

std::size_t address_limits::size() const {
    const std::lock_guard lock{mutex_};
    return entries_.size();
}

}  // namespace pushwire::engine
