#pragma once
// What both ends of a connection say, taken apart as `pushwire decode` does it.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <pushwire/compression.hpp>

#include "connect/report.hpp"
#include "decode/decoder.hpp"

namespace pushwire::connect {

/// Of one connection.
class trace {
  public:
    trace(report& to, const pushwire::compression& asked_for);

    void add(bool sent, std::string_view bytes);

  private:
    report& to_;
    const pushwire::compression asked_for_;
    decode::decoder sent_;
    std::optional<decode::decoder> received_;  // once enough of the server's answer is there
    std::vector<std::byte> answer_;            // until then
};

}  // namespace pushwire::connect
