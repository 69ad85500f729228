#pragma once
// Random numbers that nobody can foretell: masking keys (RFC 6455 10.3), the key of an opening handshake, and how long a
// client waits.

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include <pushwire/protocol/frame.hpp>

namespace pushwire::engine {

/// Draws keys from a store that it fills many at a time. Belongs to one thread.
class masking_keys {
  public:
    [[nodiscard]] protocol::masking_key draw();

  private:
    std::array<protocol::masking_key, 256> store_;
    std::size_t left_ = 0;
};

/// Sec-WebSocket-Key (RFC 6455 4.1): 16 random bytes in Base64.
[[nodiscard]] std::string handshake_key();

/// Between 0 and `bound`, each as likely.
[[nodiscard]] std::chrono::milliseconds random_wait(std::chrono::milliseconds bound);

}  // namespace pushwire::engine
