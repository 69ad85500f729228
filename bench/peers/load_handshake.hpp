// The client's side of the opening handshake (RFC 6455 4.1), as far as a measurement needs it.

#pragma once

#include "load_options.hpp"

namespace bench {

/// Performs it on a connected socket that waits, for at most five seconds for each read. The server must
/// answer with status 101 and Sec-WebSocket-Accept, and must say nothing more. Throws std::runtime_error.
void open_websocket(int fd, const load_options& options);

}  // namespace bench
