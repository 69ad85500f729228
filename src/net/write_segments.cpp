#include "net/write_segments.hpp"

#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

#include "base/assert.hpp"
#include "net/data_calls.hpp"
#include "net/loop.hpp"

namespace pushwire::net {

// One system call for one segment, which is what small messages are, is cheaper without a message header.
ssize_t write_segments(int descriptor, std::span<const std::span<const std::byte>> segments) {
    PUSHWIRE_ASSERT(segments.size() <= loop::max_segments);
    constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    std::array<iovec, loop::max_segments> parts;
    std::size_t count = 0;
    for (const std::span<const std::byte> each : segments) {
        parts[count++] = {.iov_base = const_cast<std::byte*>(each.data()), .iov_len = each.size()};
    }
    ssize_t sent = 0;
    do {
        if (count == 1) {
            sent = call_send(descriptor, parts[0].iov_base, parts[0].iov_len, flags);
        } else {
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = count;
            sent = call_sendmsg(descriptor, message, flags);
        }
    } while (sent < 0 && errno == EINTR);
    return sent;
}

}  // namespace pushwire::net
