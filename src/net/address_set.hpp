#pragma once
// A set of addresses, as an operator writes it: single ones, blocks, the loopback, Unix peers.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.hpp"

namespace pushwire::net {

/// 127.0.0.0/8 or ::1.
[[nodiscard]] bool is_loopback(const address& which);

class address_set {
  public:
    address_set() = default;
    /// Of "192.0.2.7", "10.0.0.0/8", "2001:db8::/32", "loopback", "unix". Throws std::invalid_argument with a text that
    /// says what is wrong and how it is written.
    explicit address_set(std::span<const std::string> written);

    [[nodiscard]] bool empty() const { return blocks_.empty() && !unix_; }
    /// Whatever its port.
    [[nodiscard]] bool contains(const address& which) const;

  private:
    struct block {
        address first;
        unsigned bits;  // that all its addresses share with it
    };
    void add(std::string_view text);

    std::vector<block> blocks_;
    bool unix_ = false;
};

}  // namespace pushwire::net
