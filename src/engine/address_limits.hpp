#pragma once
// How many connections an address has, and how often it comes: one table for all workers, asked when a connection comes
// and when it goes, and there only if a limit is set. Any thread.
//
// An IPv6 address counts as its block of 64 bits, which is what one customer gets: he has more addresses than the table
// has room. The loopback and Unix peers are not counted: behind them are proxies and the machine's own programs.
// Invariant: an entry has connections, or came too recently to be forgotten. There are no more than `capacity`, or than
// there are connections: of an address that left a full table it is not known how recently it came.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include <pushwire/error.hpp>

#include "engine/pace.hpp"
#include "net/address.hpp"

namespace pushwire::engine {

class address_limits {
  public:
    /// 0: no limit of that kind. `per_second` is also how many may come at once.
    address_limits(std::size_t max_connections, std::size_t per_second, std::size_t capacity);

    [[nodiscard]] static bool counts(const net::address& which);

    /// One more connection. If it is one too many, or too soon, it is not counted and the row says why.
    [[nodiscard]] error enter(const net::address& which, net::time_point now);
    /// A connection that was counted is over.
    void leave(const net::address& which, net::time_point now);

    [[nodiscard]] std::size_t size() const;

  private:
    using key = std::array<std::uint8_t, 17>;
    struct entry {
        std::size_t connections = 0;
        net::time_point next{};  // see pace
    };
    [[nodiscard]] static key key_of(const net::address& which);
    void sweep(net::time_point now);

    const std::size_t max_connections_;
    const pace pace_;
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::map<key, entry> entries_;  // ordered: nobody can choose addresses that make it slow
    net::time_point swept_{};
};

}  // namespace pushwire::engine
