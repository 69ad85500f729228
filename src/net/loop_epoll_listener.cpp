// Listeners on epoll: accepting, and what happens when descriptors run out.
//
// Then accept fails and the connection stays in the kernel's queue, so that epoll would tell of it without end. The
// listener starves: it leaves epoll, and comes back when a descriptor was closed here, or after a while, since others
// close descriptors, too.

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/assert.hpp"
#include "net/loop_epoll.hpp"
#include "net/loop_epoll_event.hpp"

namespace pushwire::net {
namespace {

enum : std::uint8_t {
    known = 1 << 0,
    paused = 1 << 1,
    starved = 1 << 2,
    failure_told = 1 << 3,
    shared_with_others = 1 << 4,
    registered = 1 << 5,
};

// In one turn. A burst of connections must not keep those that are open waiting for long (an accept takes a few
// microseconds with all that follows), and where several loops accept each shall get its share.
constexpr int accepts_per_turn = 64;
constexpr int accepts_per_turn_shared = 8;

constexpr std::chrono::milliseconds starved_time{100};

enum class accept_failure { none_left, this_one_only, resources };

// accept(2) passes on what befell a connection while it was in the queue.
accept_failure classify(int error) {
    switch (error) {
        case EAGAIN:
            return accept_failure::none_left;
        case EINTR:
        case ECONNABORTED:
        case EPROTO:
        case EPERM:
        case ENETDOWN:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
        case ETIMEDOUT:
            return accept_failure::this_one_only;
        default:
            return accept_failure::
                resources;  // EMFILE, ENFILE, ENOBUFS, ENOMEM; what is unknown must not spin
    }
}

}  // namespace

void loop_epoll::listen(listener& who, int descriptor, bool shared) {
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

void loop_epoll::pause(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ |= paused;
    watch(who);
}

void loop_epoll::resume(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ = static_cast<std::uint8_t>(who.state_ & ~unsigned{paused});
    if (!watch(who)) starve(who);
}

void loop_epoll::remove(listener& who) {
    PUSHWIRE_ASSERT((who.state_ & known) != 0);
    who.state_ |= paused;
    watch(who);
    who.state_ = 0;
    who.descriptor_ = -1;
    std::erase(starved_, &who);
    timers_.arm(who, never);
    if (accepting_ == &who) accepting_ = nullptr;
    // It may be gone before its event of this turn is come to.
    const std::uint64_t its = tagged(&who, event_of::listener);
    for (epoll_event& event : ready_) {
        if (event.data.u64 == its) event.data.u64 = tagged(nullptr, event_of::listener);
    }
}

void loop_epoll::accept(listener& who) {
    const int most = (who.state_ & shared_with_others) != 0 ? accepts_per_turn_shared : accepts_per_turn;
    accepting_ = &who;
    for (int i = 0; i < most && accepting_ != nullptr && (who.state_ & registered) != 0; ++i) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const int connected = ::accept4(who.descriptor_, reinterpret_cast<sockaddr*>(&from), &size,
                                        SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (connected < 0) {
            const int error = errno;
            const accept_failure kind = classify(error);
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
        who.state_ = static_cast<std::uint8_t>(who.state_ & ~unsigned{failure_told});
        accepted_ = connected;
        who.on_accepted(connected, to_address(from));
        accepted_ = -1;
    }
    accepting_ = nullptr;
}

void loop_epoll::starve(listener& who) {
    if ((who.state_ & starved) == 0) starved_.push_back(&who);
    who.state_ |= starved;
    watch(who);
    arm(retry_, now_ + starved_time);
}

void loop_epoll::readmit() {
    arm(retry_, never);
    for (listener* const who : std::exchange(starved_, {})) {
        who->state_ = static_cast<std::uint8_t>(who->state_ & ~unsigned{starved});
        if (!watch(*who)) starve(*who);
    }
}

// Makes epoll watch for connections if the state asks for it. An exclusive registration cannot be changed, so it goes
// and comes.
bool loop_epoll::watch(listener& who) {
    const bool wanted = (who.state_ & (paused | starved)) == 0;
    if (wanted == ((who.state_ & registered) != 0)) return true;
    epoll_event event{};
    event.events = EPOLLIN | ((who.state_ & shared_with_others) != 0 ? unsigned{EPOLLEXCLUSIVE} : 0u);
    event.data.u64 = tagged(&who, event_of::listener);
    who.state_ = static_cast<std::uint8_t>(who.state_ & ~unsigned{registered});
    if (!wanted) {
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, who.descriptor_, nullptr);
        return true;
    }
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, who.descriptor_, &event) != 0) return false;
    who.state_ |= registered;
    return true;
}

}  // namespace pushwire::net
