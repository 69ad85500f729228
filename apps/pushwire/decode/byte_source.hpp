#pragma once
// Where the bytes come from: a file or standard input, as they are or written in hex.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hex_dump.hpp"

namespace pushwire::decode {

enum class byte_format : std::uint8_t {
    as_it_looks,  ///< hex if it is nothing else
    raw,
    hex,
};

class byte_source {
  public:
    /// `path` "-" is standard input. Throws cli::usage_error, here and below.
    byte_source(const std::string& path, byte_format format);
    ~byte_source();
    byte_source(const byte_source&) = delete;
    byte_source& operator=(const byte_source&) = delete;

    /// The bytes that come next, as soon as there are any; none at the end. Valid until the next call.
    [[nodiscard]] std::span<const std::byte> next();

  private:
    [[nodiscard]] std::span<const std::byte> read();

    std::string name_;
    int file_;
    byte_format format_;
    std::vector<std::byte> block_;
    std::optional<hex_dump> dump_;
    std::vector<std::byte> dumped_;
};

}  // namespace pushwire::decode
