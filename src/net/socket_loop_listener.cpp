// Accepting, and what happens when descriptors run out.
//
// Then accept fails and the connection stays in the kernel's queue, so that a watch would tell of it without end. The
// listener starves: it is not watched, until a descriptor was closed here, or for a while, since others close
// descriptors, too.

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/assert.hpp"
#include "net/accept_failure.hpp"
#include "net/socket_loop.hpp"

namespace pushwire::net {
namespace {

enum : std::uint32_t {
    known = 1 << 0,
    paused = 1 << 1,
    starved = 1 << 2,
    failure_told = 1 << 3,
    shared_with_others = 1 << 4,
};

// In one turn. A burst of connections must not keep those that are open waiting for long (an accept takes a few
// microseconds with all that follows), and where several loops accept each shall get its share.
constexpr int accepts_per_turn = 64;
constexpr int accepts_per_turn_shared = 8;

constexpr std::chrono::milliseconds starved_time{100};

bool is_accepting(std::uint32_t state) {
    return (state & (known | paused | starved)) == known;
}

}  // namespace

bool socket_loop::is_shared(const listener& who) {
    return (who.state_ & shared_with_others) != 0;
}

void socket_loop::listen(listener& who, int descriptor, bool shared) {
    PUSHWIRE_ASSERT(who.state_ == 0);
    const int flags = ::fcntl(descriptor, F_GETFL);
    const int on = 1;
    // What is accepted inherits it, which saves a call for each connection.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    who.descriptor_ = descriptor;
    who.state_ = shared ? known | shared_with_others : known;
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 || !watch(who)) {
        const int error = errno;
        who.state_ = 0;
        throw std::system_error(error, std::generic_category(),
                                "cannot accept connections on this descriptor");
    }
}

void socket_loop::pause(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ |= paused;
    watch(who);
}

void socket_loop::resume(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ &= ~paused;
    if (!watch(who)) starve(who);
}

void socket_loop::remove(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ |= paused;
    watch(who);
    forget(who);
    who.state_ = 0;
    who.descriptor_ = -1;
    std::erase(starved_, &who);
    if (accepting_ == &who) accepting_ = nullptr;
}

void socket_loop::accept(listener& who) {
    const int most = is_shared(who) ? accepts_per_turn_shared : accepts_per_turn;
    accepting_ = &who;
    for (int i = 0; i < most && accepting_ != nullptr && is_accepting(who.state_); ++i) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const int connected = ::accept4(who.descriptor_, reinterpret_cast<sockaddr*>(&from), &size,
                                        SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connected < 0) {
            const int error = errno;
            const accept_failure kind = classify_accept(error);
            if (kind == accept_failure::this_one_only) continue;
            // accept(2) asks for a descriptor before it looks into the queue. After a success the queue may be empty,
            // and there is nothing to tell; if it is not, the next turn begins with this.
            if (kind == accept_failure::resources && i == 0) {
                starve(who);
                if ((who.state_ & failure_told) != 0) break;
                who.state_ |= failure_told;
                who.on_accept_failed({error, std::system_category()});
            }
            break;
        }
        who.state_ &= ~failure_told;
        accepted_ = connected;
        who.on_accepted(connected, to_address(from));
        accepted_ = -1;
    }
    accepting_ = nullptr;
}

void socket_loop::starve(listener& who) {
    if ((who.state_ & starved) == 0) starved_.push_back(&who);
    who.state_ |= starved;
    watch(who);
    arm(retry_, now_ + starved_time);
}

void socket_loop::readmit() {
    arm(retry_, never);
    for (listener* const who : std::exchange(starved_, {})) {
        who->state_ &= ~starved;
        if (!watch(*who)) starve(*who);
    }
}

bool socket_loop::watch(listener& who) {
    return watch(who, is_accepting(who.state_));
}

}  // namespace pushwire::net
